package io.latentry.training.term;

import io.latentry.core.preprocessing.Prepared;
import io.latentry.training.engine.TorchOps;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Rows as the model sees them, outside any engine; each can be judged.
 *
 * @param x {@code float[count * width]}, row-major
 * @param observed of the same shape: 0 where an entry was imputed; null when none can be
 */
public record Vectors(int count, int width, float[] x, float @Nullable [] observed) {

  /** The values of entry {@code k} in the rows where it was not imputed. */
  double[] given(int k) {
    return IntStream.range(0, count)
        .map(i -> i * width + k)
        .filter(at -> observed == null || observed[at] != 0)
        .mapToDouble(at -> x[at])
        .toArray();
  }

  /** Rows {@code from} to {@code from + batch} as tensors. */
  public Prepared<Tensor> prepared(TorchOps ops, int from, int batch) {
    return new Prepared<>(
        TorchOps.tensor(Arrays.copyOfRange(x, from * width, (from + batch) * width), batch, width),
        observed == null
            ? null
            : TorchOps.tensor(
                Arrays.copyOfRange(observed, from * width, (from + batch) * width), batch, width),
        ops.constant(new float[batch], batch));
  }
}
