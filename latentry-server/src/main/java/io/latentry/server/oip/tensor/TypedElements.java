package io.latentry.server.oip.tensor;

import com.google.protobuf.ByteString;
import io.latentry.server.oip.proto.InferTensorContents;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the elements of a tensor from the gRPC message that has a field for each datatype. */
public final class TypedElements {
  private TypedElements() {}

  public static InputTensor read(
      String name, Datatype datatype, long[] shape, InferTensorContents contents) {
    int elements = count(datatype, contents);
    if (elements != all(contents)) {
      throw BadInput.of(
          InputTensor.where(name)
              + ": "
              + (all(contents) - elements)
              + " elements in the contents of other datatypes",
          "contents in the field of " + datatype + " alone");
    }
    InputTensor.requireElements(name, shape, elements);
    if (datatype == Datatype.BYTES) {
      return InputTensor.ofTexts(name, shape, texts(contents.getBytesContentsList()));
    }
    return switch (datatype) {
      case FP64, INT32, INT64 -> {
        double[] exact = new double[elements];
        for (int i = 0; i < elements; i++) {
          exact[i] =
              switch (datatype) {
                case FP64 -> contents.getFp64Contents(i);
                case INT32 -> contents.getIntContents(i);
                default -> contents.getInt64Contents(i);
              };
        }
        yield InputTensor.ofNumbers(name, datatype, shape, exact);
      }
      default -> {
        float[] numbers = new float[elements];
        for (int i = 0; i < elements; i++) {
          numbers[i] =
              datatype == Datatype.FP32
                  ? contents.getFp32Contents(i)
                  : contents.getBoolContents(i) ? 1 : 0;
        }
        yield InputTensor.ofNumbers(name, datatype, shape, numbers);
      }
    };
  }

  private static int count(Datatype datatype, InferTensorContents contents) {
    return switch (datatype) {
      case BOOL -> contents.getBoolContentsCount();
      case INT32 -> contents.getIntContentsCount();
      case INT64 -> contents.getInt64ContentsCount();
      case FP32 -> contents.getFp32ContentsCount();
      case FP64 -> contents.getFp64ContentsCount();
      case BYTES -> contents.getBytesContentsCount();
    };
  }

  private static int all(InferTensorContents contents) {
    int all = contents.getUintContentsCount() + contents.getUint64ContentsCount();
    for (Datatype datatype : Datatype.values()) {
      all += count(datatype, contents);
    }
    return all;
  }

  private static @Nullable String[] texts(List<ByteString> contents) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    @Nullable String[] texts = new String[contents.size()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = RawElements.decoded(decoder, contents.get(i).asReadOnlyByteBuffer());
    }
    return texts;
  }
}
