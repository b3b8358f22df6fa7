package io.latentry.server.oip.tensor;

import io.latentry.server.oip.proto.DataType;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The datatypes of tensors that this service takes or gives, named as in the protocol. */
public enum Datatype {
  BOOL(1, DataType.TYPE_BOOL),
  INT32(Integer.BYTES, DataType.TYPE_INT32),
  INT64(Long.BYTES, DataType.TYPE_INT64),
  FP32(Float.BYTES, DataType.TYPE_FP32),
  FP64(Double.BYTES, DataType.TYPE_FP64),
  /** Strings in UTF-8, each after its length in four bytes. */
  BYTES(0, DataType.TYPE_STRING);

  private final int bytes;
  private final DataType triton;

  Datatype(int bytes, DataType triton) {
    this.bytes = bytes;
    this.triton = triton;
  }

  /**
   * @param where what carries the name, for the message
   */
  public static Datatype named(String name, String where) {
    for (Datatype datatype : values()) {
      if (datatype.name().equals(name)) {
        return datatype;
      }
    }
    throw BadInput.of(
        where + ": '" + name + "'",
        Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", ")));
  }

  /** Bytes of an element; 0 if they vary. */
  int bytes() {
    return bytes;
  }

  /** What Triton's model configuration calls it. */
  public DataType triton() {
    return triton;
  }
}
