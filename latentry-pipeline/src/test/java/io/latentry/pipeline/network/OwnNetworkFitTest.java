package io.latentry.pipeline.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.artifact.NetworkSettings;
import io.latentry.core.data.DataException;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.graph.Output;
import io.latentry.core.preprocessing.Eye;
import io.latentry.core.preprocessing.FrozenNetwork;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.config.ImageConfig;
import io.latentry.pipeline.config.NetworkConfig;
import io.latentry.pipeline.data.ImageData;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.scoring.Scorer;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.TorchOps;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a config that names a network to a file that needs it no more. */
class OwnNetworkFitTest {
  private static final int SIDE = 64;

  @TempDir Path folder;

  private Path network;

  @BeforeEach
  void writeImagesAndNetwork() throws IOException {
    Path good = Files.createDirectories(folder.resolve("good"));
    for (int i = 0; i < 30; i++) {
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
      image.getRaster().setDataElements(0, 0, SIDE, SIDE, stripes(i));
      ImageIO.write(image, "png", good.resolve(i + ".png").toFile());
    }
    network = folder.resolve("network.onnx");
    Files.write(network, NetworkBytes.model().build().toByteArray());
  }

  private static byte[] stripes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double phase = 2 * Math.PI * random.nextDouble();
    byte[] image = new byte[SIDE * SIDE];
    for (int i = 0; i < image.length; i++) {
      double wave = Math.sin(phase + i % SIDE / 3.0);
      image[i] = (byte) Math.round(128 + 60 * wave + 8 * random.nextGaussian());
    }
    return image;
  }

  private FitConfig config(String image, String settings) throws IOException {
    Path file = folder.resolve("config.yaml");
    Files.writeString(
        file,
        """
        data: {image: {%s}}
        model: {settings: {%s}}
        training: {steps: 20}
        """
            .formatted(image, settings));
    return ConfigFile.read(file);
  }

  private ImageSettings fitted(FitConfig config) throws IOException {
    return Objects.requireNonNull(
        new FitPipeline(Progress.QUIET)
            .fit(FitRequest.of(folder.resolve("good"), config, folder.resolve("model.onnx")))
            .manifest()
            .image());
  }

  private float[] score(byte[] image) {
    Images images = Images.of(new ImageSpec(1, SIDE, SIDE), new byte[][] {image});
    try (Scorer scorer = Scorer.open(folder.resolve("model.onnx"))) {
      return scorer.score(images, EnumSet.of(Output.SCORE)).values(Output.SCORE);
    }
  }

  @Test
  void aFileThatLooksThroughAnotherNetworkServesAlone() throws IOException {
    ImageSettings settings =
        fitted(config("network: {file: '%s', deviation: [1, 1, 0.5]}".formatted(network), ""));
    assertThat(settings.view()).isEqualTo("network.onnx");
    NetworkSettings through = Objects.requireNonNull(settings.network());
    assertThat(through.layers()).containsExactly("squeezed", "joined", "deep");
    assertThat(through.mean()).containsExactly(0.485, 0.456, 0.406);
    assertThat(through.deviation()).containsExactly(1.0, 1.0, 0.5);
    Files.delete(network);

    byte[] scratched = stripes(1_000);
    for (int i = 20; i < 44; i++) {
      scratched[i * SIDE + i] = (byte) 255;
      scratched[i * SIDE + i + 1] = (byte) 255;
    }
    assertThat(score(scratched)[0]).isGreaterThan(score(stripes(1_000))[0]);
  }

  @Test
  void aPerceptualTermSeesThroughItToo() throws IOException {
    FitConfig pixels = config("view: pixels, network: {file: '%s'}".formatted(network), "");
    ImageData data =
        ImageData.read(List.of(folder.resolve("good").toString()), pixels.data(), Progress.QUIET);
    assertThat(data.image().orElseThrow().view()).isEqualTo("pixels");
    assertThat(data.image().orElseThrow().network()).isNotNull();
    Eye eye =
        Objects.requireNonNull(data.preprocessor(new int[] {0, 1}).pixels().orElseThrow().eye());
    assertThat(eye.network()).isInstanceOf(OnnxNetwork.class);
    assertThat(eye.stride()).isEqualTo(4);
  }

  @Test
  @SuppressWarnings("try") // The scope is closed for its effect.
  void whatItSeesTellsEveryPixelHowToChange() {
    FrozenNetwork through =
        NetworkFile.read(new NetworkConfig(network.toString(), null, null, null, null));
    try (PointerScope scope = new PointerScope();
        TorchOps ops = new TorchOps(Device.CPU)) {
      SplittableRandom random = new SplittableRandom(3);
      float[] pixels = new float[3 * 32 * 32];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (float) random.nextDouble();
      }
      Tensor image = ops.tensor(pixels, 1, 3, 32, 32).set_requires_grad(true);
      List<Tensor> seen = through.see(ops, image, 2);
      seen.get(0).square().sum().add(seen.get(1).square().sum()).backward();
      float[] slopes = TorchOps.values(image.grad());
      int told = 0;
      for (float slope : slopes) {
        told += slope != 0 ? 1 : 0;
      }
      assertThat(told).isGreaterThan(slopes.length * 3 / 4);
    }
  }

  @Test
  void aRetrainingRefusesAnotherNetworkThanTheModels() throws IOException {
    ImageConfig asked =
        Objects.requireNonNull(
            config("network: {file: '%s'}".formatted(network), "").data().image());
    ImageSettings settings =
        new ImageSettings(1, SIDE, SIDE, "network.onnx")
            .through(NetworkFile.read(Objects.requireNonNull(asked.network())).settings());
    List<String> data = List.of(folder.resolve("good").toString());
    int[] some = {0, 1, 2};
    assertThat(
            ImageData.read(data, settings, asked, some, new int[0], Progress.QUIET)
                .normals(some)
                .count())
        .isEqualTo(3);
    Files.write(network, NetworkBytes.model().setProducerName("another").build().toByteArray());
    assertThatThrownBy(
            () -> ImageData.read(data, settings, asked, some, new int[0], Progress.QUIET))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("network: network.onnx of digest ");
    assertThatThrownBy(
            () ->
                ImageData.read(
                    data, settings, ImageConfig.DEFAULT, some, new int[0], Progress.QUIET))
        .hasMessageContaining("network: none of your own (expected: network.onnx of digest ");
  }

  @Test
  void whatTheConfigSaysOfItIsChecked() throws IOException {
    assertThatThrownBy(() -> config("network: {layers: [a]}", ""))
        .hasMessageContaining("file: none (expected: FILE.onnx)");
    assertThatThrownBy(() -> config("network: {file: a.onnx, mean: [0.5]}", ""))
        .hasMessageContaining("range, mean: 1.0, [0.5] (expected: above 0, and three numbers)");
    assertThatThrownBy(() -> config("network: {file: a.onnx, deviation: [1, 0, 1]}", ""))
        .hasMessageContaining("deviation: [1.0, 0.0, 1.0] (expected: three numbers above 0)");
    assertThatThrownBy(() -> config("network: {file: a.onnx, std: [1, 1, 1]}", ""))
        .hasMessageContaining("std");
    FitConfig kept = config("network: {file: a.onnx, range: 255}", "");
    assertThat(ConfigFile.toMap(kept).toString())
        .contains("network={file=a.onnx, layers=[], range=255.0, mean=[0.485");
    assertThat(ConfigFile.toMap(config("size: 64", "")).toString()).doesNotContain("network");
  }
}
