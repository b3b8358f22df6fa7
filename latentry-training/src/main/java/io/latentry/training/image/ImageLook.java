package io.latentry.training.image;

import io.latentry.core.data.Images;
import io.latentry.core.preprocessing.Eye;
import io.latentry.core.preprocessing.FrozenNetwork;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.TorchOps;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Looks at images through an {@link Eye}, so that a fit need not do so for each of its models. The
 * network is EfficientNet-Lite0, whose weights lie beside this class.
 */
public final class ImageLook {
  private static final String WEIGHTS = "efficientnet-lite0.safetensors";

  /**
   * Values of a batch of images as the network sees them: each operation makes as many again, and
   * more.
   */
  private static final int BATCH_VALUES = 1 << 19;

  private ImageLook() {}

  /** The network that ships with Latentry. */
  public static FrozenNetwork network() {
    try (InputStream in = ImageLook.class.getResourceAsStream(WEIGHTS)) {
      if (in == null) {
        throw new IllegalStateException(WEIGHTS + ": not in the jar (expected: beside the class)");
      }
      return EfficientNetLite0.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The same images, looked at: several batches at a time, each on one thread, since what the
   * engine adds up on several is another number in its last digits.
   *
   * @param seen is told how many images were looked at so far
   */
  public static Images of(Eye eye, Images images, IntConsumer seen) {
    int enlarged = images.spec().values() * eye.enlargement() * eye.enlargement();
    int most = Math.max(1, BATCH_VALUES / enlarged);
    float[][] looks = new float[images.count()][];
    AtomicInteger done = new AtomicInteger();
    IntStream.range(0, (images.count() + most - 1) / most)
        .parallel()
        .forEach(
            batch -> {
              int from = batch * most;
              int to = Math.min(images.count(), from + most);
              look(eye, images.slice(from, to), looks, from);
              seen.accept(done.addAndGet(to - from));
            });
    return images.lookedAt(Arrays.asList(looks));
  }

  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  private static void look(Eye eye, Images batch, float[][] looks, int first) {
    Engine.pinThreads(1);
    int length = eye.grid(batch.spec()).places() * eye.width();
    float[] values = new float[batch.count() * batch.spec().values()];
    batch.copyFloats(batch.spec().inputs().get(0), 0, batch.count(), FloatBuffer.wrap(values));
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard();
        TorchOps ops = new TorchOps(Engine.device())) {
      Tensor image =
          ops.tensor(
              values,
              batch.count(),
              batch.spec().channels(),
              batch.spec().height(),
              batch.spec().width());
      float[] look = TorchOps.values(eye.look(ops, batch.spec(), image));
      for (int i = 0; i < batch.count(); i++) {
        looks[first + i] = Arrays.copyOfRange(look, i * length, (i + 1) * length);
      }
    }
  }
}
