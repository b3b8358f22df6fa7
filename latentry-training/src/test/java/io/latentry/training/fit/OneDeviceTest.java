package io.latentry.training.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.Ops;
import io.latentry.core.graph.Output;
import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.Eye;
import io.latentry.core.preprocessing.PixelPreprocessor;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.training.config.EncoderKind;
import io.latentry.training.config.LatentTermKind;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.config.Variant;
import io.latentry.training.detector.Detector;
import io.latentry.training.detector.DetectorFit;
import io.latentry.training.detector.Series;
import io.latentry.training.detector.Tables;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.Elsewhere;
import io.latentry.training.engine.FlatParameters;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.image.ImageLook;
import io.latentry.training.model.Batch;
import io.latentry.training.model.Elbo;
import io.latentry.training.model.Regulariser;
import io.latentry.training.model.Vae;
import io.latentry.training.model.layer.Parameter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That no tensor is made on another device than the one that a training chose. */
class OneDeviceTest {
  private static final int BATCH = 6;
  private static final Rows ROWS = Tables.mixed(200, 1);
  private static final int POINTS = 60;

  /** What makes a tensor in libtorch, on the processor unless told otherwise. */
  private static final Pattern MAKES =
      Pattern.compile(
          "\\bTensor\\.create\\(|\\bnew Tensor\\(|\\btorch\\.(?:from_blob|tensor|scalar_tensor|"
              + "empty|zeros|ones|full|arange|range|linspace|eye|rand\\w*|normal)\\(");

  private PointerScope scope;
  private TorchOps ops;

  @BeforeEach
  void open() {
    scope = new PointerScope();
    ops = new TorchOps(Elsewhere.DEVICE);
  }

  @AfterEach
  void close() {
    ops.close();
    scope.close();
  }

  @Test
  void aTensorOfTheProcessorAmongOthersIsSeen() {
    Tensor stray = Device.CPU.tensor(new float[] {1, 2}, 1, 2);
    Tensor own = ops.tensor(new float[] {1, 2}, 1, 2);
    assertThatThrownBy(() -> Elsewhere.watched(ops).concat(0, List.of(own, stray)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("concat: on the processor");
    assertThat(Elsewhere.watched(ops).concat(0, List.of(own, own)).shape()).containsExactly(2, 2);
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void aStepOfEveryVariantStaysOnIt(Variant variant) {
    step(small(VaeConfig.defaults(variant)), TablePreprocessor.fit(ROWS));
  }

  @ParameterizedTest
  @EnumSource(EncoderKind.class)
  void aStepOfEveryEncoderStaysOnIt(EncoderKind kind) {
    VaeConfig config = VaeConfig.defaults().toBuilder().encoder(kind).build();
    step(small(config), Series.preprocessor(POINTS, 1));
  }

  @Test
  void aStepOfPixelsStaysOnIt() {
    ImageSpec spec = new ImageSpec(1, 48, 48);
    Images images = Images.of(spec, new byte[2][spec.values()]);
    VaeConfig config =
        VaeConfig.defaults().toBuilder()
            .encoder(EncoderKind.CONV)
            .setting("ssim", "1")
            .setting("perceptual", "1")
            .build();
    step(
        small(config).toBuilder().members(1).build(),
        PixelPreprocessor.fit(
            spec, Block.Kind.GAUSSIAN, images, Eye.ofDetail(ImageLook.network())));
  }

  @ParameterizedTest
  @EnumSource(
      value = LatentTermKind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = "LAGGED_NEIGHBOURHOOD")
  void everyScoreOfATableStaysOnIt(LatentTermKind term) {
    VaeConfig config = VaeConfig.defaults().toBuilder().latentTerm(term).build();
    judged(small(config), TablePreprocessor.fit(ROWS), ROWS);
  }

  @Test
  void everyScoreOfASeriesStaysOnIt() {
    judged(small(VaeConfig.defaults()), Series.preprocessor(POINTS, 1), Series.windows(POINTS, 1));
  }

  @Test
  void theNetworkThatLooksAtImagesStaysOnIt() {
    ImageSpec spec = new ImageSpec(3, 64, 64);
    Tensor image = ops.tensor(new float[spec.values()], 1, 3, 64, 64);
    Tensor look = Eye.of(ImageLook.network()).look(Elsewhere.watched(ops), spec, image);
    Elsewhere.requireHere("look", look);
  }

  @Test
  void valuesComeBackAsTheyWentToADeviceThatCopies() {
    // The processor as if it were beside itself: all goes there and back by copies.
    Device copies = new Device.Beside("cpu");
    try (TorchOps there = new TorchOps(copies)) {
      float[] values = {1, Float.NaN, -3, 4};
      assertThat(TorchOps.values(there.tensor(values, 2, 2).t()))
          .containsExactly(1, -3, Float.NaN, 4);
      Tensor second = there.gather(there.constant(values, 2, 2), there.indices(new long[] {1}, 1));
      assertThat(TorchOps.values(second)).containsExactly(-3, 4);
    }
  }

  @Test
  void onlyADeviceMakesTensors() {
    // A map is drawn on the processor.
    assertThat(sources(MAKES)).containsExactly("Device.java", "Tsne.java");
  }

  @Test
  void whatStaysOnTheProcessorIsKnown() {
    assertThat(sources(Pattern.compile("\\bDevice\\.CPU\\b")))
        .containsExactly(
            "DeviceChoice.java",
            "Engine.java",
            "PreparedSamples.java",
            "Shortlist.java",
            "Tsne.java");
  }

  /** Names of the sources that have {@code pattern}, in order. */
  private static List<String> sources(Pattern pattern) {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      return files
          .filter(file -> file.toString().endsWith(".java") && pattern.matcher(text(file)).find())
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The loss and what an adversary is shown, with weights of zero. */
  private void step(VaeConfig config, Preprocessor preprocessor) {
    Ops<Tensor> watched = Elsewhere.watched(ops);
    Vae vae = VaeFactory.vae(config, preprocessor);
    Optional<Regulariser> regulariser = config.variant().parts().regulariser(config);
    Tensor weights = weights(vae.parameters(), config.members());
    var model = new FlatParameters(vae.parameters(), config.members()).views(weights);
    Tensor rows = tensor(config.members(), BATCH, preprocessor.width());
    Tensor noise = tensor(config.members(), BATCH, vae.posterior().latent());
    Elbo.Losses<Tensor> losses =
        new Elbo(vae, VaeFactory.schedule(config), 1)
            .losses(watched, model, new Batch<>(rows, rows, rows, noise, noise), 0.5);
    Tensor loss = losses.ofMember().sum();
    if (regulariser.isPresent()) {
      List<Parameter> learned = regulariser.get().adversary();
      Tensor flat = weights(learned, config.members());
      var adversary = new FlatParameters(learned, config.members()).views(flat);
      Regulariser.Step<Tensor> seen =
          new Regulariser.Step<>(
              vae, model, adversary, losses.code(), noise, List.of(rows, rows), BATCH, 0.5);
      loss = loss.add(regulariser.get().penalty(watched, seen).sum());
      if (!learned.isEmpty()) {
        loss = loss.add(regulariser.get().adversaryLoss(watched, seen).sum());
      }
    }
    Elsewhere.requireHere("loss", loss);
    assertThat(loss.numel()).isEqualTo(1);
  }

  /** Preparation, and every output of a detector that was trained on the processor. */
  private void judged(VaeConfig config, Preprocessor preprocessor, Samples samples) {
    TrainedVae trained =
        new VaeTrainer(
                config,
                TrainingConfig.defaults().toBuilder().steps(4).evaluateEvery(2).build(),
                TrainingListener.SILENT)
            .train(preprocessor, samples, samples, 1, TrainingStart.fresh(), Optional.empty());
    Detector detector = DetectorFit.of(trained, samples, 1);
    Map<Output, Tensor> outputs =
        detector.build(
            Elsewhere.watched(ops), preprocessor.raw(samples.slice(0, BATCH), ops::tensor));
    assertThat(outputs).containsKeys(Output.RECONSTRUCTION_TERM, Output.LATENT_TERM);
    outputs.forEach((output, tensor) -> Elsewhere.requireHere(output.name(), tensor));
  }

  private Tensor weights(List<Parameter> parameters, int members) {
    return tensor(members, parameters.stream().mapToInt(Parameter::size).sum());
  }

  private Tensor tensor(long... shape) {
    return ops.tensor(new float[Math.toIntExact(product(shape))], shape);
  }

  private static long product(long[] shape) {
    long product = 1;
    for (long side : shape) {
      product *= side;
    }
    return product;
  }

  private static VaeConfig small(VaeConfig config) {
    return config.toBuilder().members(2).latent(3).hidden(List.of(12)).codes(64).build();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
