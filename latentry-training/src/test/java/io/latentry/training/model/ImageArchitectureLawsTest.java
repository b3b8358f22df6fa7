package io.latentry.training.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.Eye;
import io.latentry.core.preprocessing.PixelMap;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.image.ImageLook;
import io.latentry.training.model.architecture.Architecture;
import io.latentry.training.model.architecture.Decoder;
import io.latentry.training.model.architecture.Encoder;
import io.latentry.training.model.architecture.ImageArchitecture;
import io.latentry.training.model.architecture.Likelihood;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What holds for the convolutions of an image and for how its pixels are compared. */
class ImageArchitectureLawsTest {
  /** Sides that cannot be halved evenly. */
  private static final ImageSpec ODD = new ImageSpec(3, 49, 70);

  private static final ImageSpec GREY = new ImageSpec(1, 48, 48);

  private static final int ROWS = 2;
  private static final int LATENT = 3;

  private final TorchOps ops = new TorchOps(Device.CPU);

  @BeforeAll
  static void pinThreads() {
    Engine.pinThreads(1);
  }

  @AfterEach
  void close() {
    ops.close();
  }

  private static Architecture of(ImageSpec spec, double ssim, double perceptual) {
    List<Block> blocks =
        IntStream.range(0, spec.values())
            .mapToObj(i -> new Block(Block.Kind.GAUSSIAN, i, i, 1))
            .toList();
    Eye eye = perceptual > 0 ? Eye.ofDetail(ImageLook.network()) : null;
    return new ImageArchitecture(
        new PixelMap(spec, new float[spec.values()], 1, eye), blocks, 16, ssim, perceptual, eye);
  }

  /** Weights of chance, or zeros where {@code random} is null. */
  private Weights<Tensor> weights(List<Parameter> parameters, SplittableRandom random) {
    Map<String, Tensor> made = new HashMap<>();
    for (Parameter parameter : parameters) {
      float[] values = new float[parameter.size()];
      for (int i = 0; i < values.length && random != null; i++) {
        values[i] = (float) (0.3 * random.nextGaussian());
      }
      long[] shape =
          LongStream.concat(LongStream.of(1), LongStream.of(parameter.shape())).toArray();
      made.put(parameter.name(), ops.tensor(values, shape));
    }
    return made::get;
  }

  private static float[] chance(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble();
    }
    return values;
  }

  @Test
  void everyCornerOfAnImageIsReadAndTold() {
    Architecture architecture = of(ODD, 0, 0);
    Encoder encoder = architecture.encoder();
    Decoder decoder = architecture.decoder(LATENT);
    Weights<Tensor> weights = weights(encoder.parameters(), new SplittableRandom(1));
    float[] x = chance(ROWS * ODD.values(), 2);
    float[] features =
        TorchOps.values(encoder.encode(ops, weights, ops.tensor(x, ROWS, ODD.values())));
    assertThat(features).hasSize(ROWS * encoder.width());
    for (int pixel : new int[] {0, 69, 48 * 70, 49 * 70 - 1, 2 * 49 * 70 + 24 * 70 + 35}) {
      float[] moved = x.clone();
      moved[pixel] += 5;
      float[] other =
          TorchOps.values(encoder.encode(ops, weights, ops.tensor(moved, ROWS, ODD.values())));
      assertThat(other).as("pixel %d", pixel).isNotEqualTo(features);
    }
    Tensor decoded =
        decoder.decode(
            ops,
            weights(decoder.parameters(), new SplittableRandom(3)),
            ops.tensor(chance(ROWS * LATENT, 4), 1, ROWS, LATENT));
    assertThat(decoded.shape()).containsExactly(1, ROWS, ODD.values());
    float[] told = TorchOps.values(decoded);
    assertThat(told[0]).isNotEqualTo(told[ODD.values() - 1]);
  }

  /** Nats of one image, summed over its pixels, at a variance of one. */
  private double nats(Architecture architecture, float[] expected, float[] given) {
    Likelihood likelihood = architecture.likelihood();
    Tensor byPixel =
        likelihood.negativeLogLikelihood(
            ops,
            weights(likelihood.parameters(), null),
            ops.tensor(expected, 1, 1, GREY.values()),
            ops.tensor(given, 1, GREY.values()),
            null);
    assertThat(byPixel.shape()).containsExactly(1, 1, GREY.values());
    double sum = 0;
    for (float nat : TorchOps.values(byPixel)) {
      sum += nat;
    }
    return sum;
  }

  private static float[] stripes() {
    float[] image = new float[GREY.values()];
    for (int i = 0; i < image.length; i++) {
      image[i] = i % 48 / 2 % 2 == 0 ? 0.3f : 0.7f;
    }
    return image;
  }

  private static float[] flat(float value) {
    float[] image = new float[GREY.values()];
    Arrays.fill(image, value);
    return image;
  }

  /** Flat grey and brighter stripes are as far from stripes, pixel by pixel. */
  @Test
  void lostStructureCostsWhatPixelsDoNotTell() {
    float[] stripes = stripes();
    float[] brighter = stripes.clone();
    for (int i = 0; i < brighter.length; i++) {
      brighter[i] += 0.2f;
    }
    double byPixels = nats(of(GREY, 0, 0), flat(0.5f), stripes);
    assertThat(nats(of(GREY, 0, 0), brighter, stripes)).isCloseTo(byPixels, within(0.1));

    double lost = nats(of(GREY, 1, 0), flat(0.5f), stripes) - byPixels;
    double moved = nats(of(GREY, 1, 0), brighter, stripes) - byPixels;
    assertThat(lost).isGreaterThan(5 * moved).isLessThan(GREY.values());
    assertThat(moved).isPositive();

    double unseen = nats(of(GREY, 0, 1), flat(0.5f), stripes) - byPixels;
    double seen = nats(of(GREY, 0, 1), brighter, stripes) - byPixels;
    assertThat(unseen).isGreaterThan(2 * seen);
    assertThat(seen).isPositive();
  }

  @Test
  void anImageThatIsAsExpectedCostsWhatItsPixelsDo() {
    float[] stripes = stripes();
    double byPixels = nats(of(GREY, 0, 0), stripes, stripes);
    assertThat(nats(of(GREY, 3, 3), stripes, stripes)).isCloseTo(byPixels, within(0.05));
  }

  @Test
  void weightsCountInProportion() {
    float[] stripes = stripes();
    double byPixels = nats(of(GREY, 0, 0), flat(0.5f), stripes);
    double one = nats(of(GREY, 1, 1), flat(0.5f), stripes) - byPixels;
    double two = nats(of(GREY, 2, 2), flat(0.5f), stripes) - byPixels;
    assertThat(two).isCloseTo(2 * one, within(1e-3 * two));
  }
}
