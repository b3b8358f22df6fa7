package io.latentry.server.oip.tensor;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Samples;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import java.util.Arrays;
import java.util.List;

/**
 * Makes samples of the tensors of a request: rows of a table's ({@link RowsFromTensors}); of a
 * series' model windows, each for itself, out of {@code window: FP32 [windows, points, channels]}.
 */
public final class SamplesFromTensors {
  private SamplesFromTensors() {}

  public static Samples read(Manifest manifest, List<InputTensor> tensors) {
    return manifest.spec() instanceof WindowSpec spec
        ? read(spec, tensors)
        : RowsFromTensors.read(manifest, tensors);
  }

  /** The windows of a series' model. */
  static Windows read(WindowSpec spec, List<InputTensor> tensors) {
    String expected =
        "'%s', FP32 [windows, %d, %d], as the graph takes it"
            .formatted(WindowSpec.WINDOW, spec.size(), spec.width());
    if (tensors.size() != 1 || !tensors.get(0).name().equals(WindowSpec.WINDOW)) {
      throw BadInput.of("inputs: " + tensors.stream().map(InputTensor::name).toList(), expected);
    }
    InputTensor tensor = tensors.get(0);
    long[] shape = tensor.shape();
    if (tensor.datatype() == Datatype.BYTES
        || shape.length != 3
        || shape[0] < 1
        || shape[1] != spec.size()
        || shape[2] != spec.width()) {
      throw BadInput.of(
          InputTensor.where(tensor.name())
              + ": "
              + tensor.datatype()
              + " "
              + Arrays.toString(shape),
          expected);
    }
    return Windows.of(spec, Math.toIntExact(shape[0]), tensor.numbers());
  }
}
