package io.latentry.training.image;

import io.latentry.core.data.Images;
import io.latentry.core.preprocessing.Eye;
import io.latentry.core.preprocessing.FrozenNetwork;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.TorchOps;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Looks at images through an {@link Eye}, so that a fit need not do so for each of its models. The
 * network is EfficientNet-Lite0, whose weights lie beside this class.
 */
public final class ImageLook {
  private static final String WEIGHTS = "efficientnet-lite0.safetensors";

  /** Values of a batch of images: each operation makes as many again, and more. */
  private static final int BATCH_VALUES = 1 << 19;

  private ImageLook() {}

  /** The network that ships with Latentry. */
  public static FrozenNetwork network() {
    try (InputStream in = ImageLook.class.getResourceAsStream(WEIGHTS)) {
      if (in == null) {
        throw new IllegalStateException(WEIGHTS + ": not in the jar (expected: beside the class)");
      }
      return FrozenNetwork.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The same images, looked at.
   *
   * @param seen is told how many images were looked at so far
   */
  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  public static Images of(Eye eye, Images images, IntConsumer seen) {
    int most = Math.max(1, BATCH_VALUES / images.spec().values());
    int length = eye.grid(images.spec()).places() * eye.width();
    List<float[]> looks = new ArrayList<>();
    for (int from = 0; from < images.count(); from += most) {
      Images batch = images.slice(from, Math.min(images.count(), from + most));
      float[] values = new float[batch.count() * images.spec().values()];
      batch.copyFloats(images.spec().inputs().get(0), 0, batch.count(), FloatBuffer.wrap(values));
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard();
          TorchOps ops = new TorchOps(Device.CPU)) {
        Tensor image =
            ops.tensor(
                values,
                batch.count(),
                images.spec().channels(),
                images.spec().height(),
                images.spec().width());
        float[] look = TorchOps.values(eye.look(ops, images.spec(), image));
        for (int i = 0; i < batch.count(); i++) {
          looks.add(Arrays.copyOfRange(look, i * length, (i + 1) * length));
        }
      }
      seen.accept(looks.size());
    }
    return images.lookedAt(looks);
  }
}
