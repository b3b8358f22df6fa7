package io.latentry.server.oip.tensor;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.data.Samples;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes samples of the tensors of a request: rows of a table's ({@link RowsFromTensors}); of a
 * series' model windows, each for itself, out of {@code window: FP32 [windows, points, channels]};
 * of a model of images {@code image: FP32 [images, channels, height, width]}, 0 to 1, to the
 * nearest of 255 steps, whole also where it is judged in tiles.
 */
public final class SamplesFromTensors {
  private SamplesFromTensors() {}

  public static Samples read(Manifest manifest, List<InputTensor> tensors) {
    if (manifest.judgedSpec() instanceof ImageSpec spec) {
      return read(spec, tensors);
    }
    return manifest.spec() instanceof WindowSpec spec
        ? read(spec, tensors)
        : RowsFromTensors.read(manifest, tensors);
  }

  /** The images of a model of images; one with a value that is none of a pixel is not judged. */
  static Images read(ImageSpec spec, List<InputTensor> tensors) {
    InputTensor tensor =
        only(tensors, ImageSpec.IMAGE, "images", spec.channels(), spec.height(), spec.width());
    float[] values = tensor.numbers();
    byte[][] pixels = new byte[Math.toIntExact(tensor.shape()[0])][spec.values()];
    @Nullable String[] faults = new String[pixels.length];
    for (int i = 0; i < values.length; i++) {
      float value = values[i];
      int image = i / spec.values();
      if (value >= 0 && value <= 1) {
        pixels[image][i % spec.values()] = (byte) Math.round(value * 255);
      } else if (faults[image] == null) {
        faults[image] = "pixel: " + value + " (expected: 0 to 1)";
      }
    }
    return new Images(spec, pixels, faults);
  }

  /** The windows of a series' model. */
  static Windows read(WindowSpec spec, List<InputTensor> tensors) {
    InputTensor tensor = only(tensors, WindowSpec.WINDOW, "windows", spec.size(), spec.width());
    return Windows.of(spec, Math.toIntExact(tensor.shape()[0]), tensor.numbers());
  }

  /** The one tensor of a request, of samples of that shape. */
  private static InputTensor only(
      List<InputTensor> tensors, String name, String samples, long... sample) {
    String expected =
        "'%s', FP32 [%s, %s], as the graph takes it"
            .formatted(
                name,
                samples,
                LongStream.of(sample).mapToObj(String::valueOf).collect(Collectors.joining(", ")));
    if (tensors.size() != 1 || !tensors.get(0).name().equalsIgnoreCase(name)) {
      throw BadInput.of("inputs: " + tensors.stream().map(InputTensor::name).toList(), expected);
    }
    InputTensor tensor = tensors.get(0);
    long[] shape = tensor.shape();
    if (tensor.datatype() == Datatype.BYTES
        || shape.length != 1 + sample.length
        || shape[0] < 1
        || !Arrays.equals(Arrays.copyOfRange(shape, 1, shape.length), sample)) {
      throw BadInput.of(
          InputTensor.where(tensor.name())
              + ": "
              + tensor.datatype()
              + " "
              + Arrays.toString(shape),
          expected);
    }
    return tensor;
  }
}
