package io.latentry.load;

import io.latentry.training.engine.Device;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.TorchOps;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * What the machine can multiply: float32 matrix products by libtorch at sizes that suit it. The
 * fastest of many counts, since a limit is what a neighbour's load does not hide.
 */
final class MatMulLimit {
  private static final int[] SIZES = {512, 1024, 1536};

  private MatMulLimit() {}

  /**
   * FLOP per second, a multiplication and an addition counting as two.
   *
   * @param threads pinned for the whole process
   */
  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  static double flopsPerSecond(int threads, double secondsPerSize) {
    Engine.pinThreads(threads);
    double best = 0;
    for (int size : SIZES) {
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard();
          TorchOps ops = new TorchOps(Device.CPU)) {
        Tensor a = random(size, 1);
        Tensor b = random(size, 2);
        long end = System.nanoTime() + (long) (secondsPerSize * 1e9);
        do {
          long start = System.nanoTime();
          ops.matmul(a, b).close();
          best = Math.max(best, 2.0 * size * size * size / (System.nanoTime() - start) * 1e9);
        } while (System.nanoTime() < end);
      }
    }
    return best;
  }

  private static Tensor random(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble() - 0.5f;
    }
    return Device.CPU.tensor(values, size, size);
  }
}
