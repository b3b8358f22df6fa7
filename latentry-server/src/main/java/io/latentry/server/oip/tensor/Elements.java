package io.latentry.server.oip.tensor;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import io.latentry.server.oip.proto.InferTensorContents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The elements of a tensor of an answer, row-major, in each form that they are written in. */
public sealed interface Elements {

  public int count();

  /** An element of a JSON list. What JSON has no number for (NaN, infinities) is null. */
  public void writeJson(JsonGenerator json, int element) throws IOException;

  /** Little-endian; a truth is one byte, a text comes after its length in four bytes. */
  public byte[] raw();

  public void writeTyped(InferTensorContents.Builder contents);

  /** FP32. */
  record Floats(float[] values) implements Elements {
    @Override
    public int count() {
      return values.length;
    }

    @Override
    public void writeJson(JsonGenerator json, int element) throws IOException {
      if (Float.isFinite(values[element])) {
        json.writeNumber(values[element]);
      } else {
        json.writeNull();
      }
    }

    @Override
    public byte[] raw() {
      byte[] bytes = new byte[values.length * Float.BYTES];
      littleEndian(bytes).asFloatBuffer().put(values);
      return bytes;
    }

    @Override
    public void writeTyped(InferTensorContents.Builder contents) {
      for (float value : values) {
        contents.addFp32Contents(value);
      }
    }
  }

  /** FP64. */
  record Doubles(double[] values) implements Elements {
    @Override
    public int count() {
      return values.length;
    }

    @Override
    public void writeJson(JsonGenerator json, int element) throws IOException {
      if (Double.isFinite(values[element])) {
        json.writeNumber(values[element]);
      } else {
        json.writeNull();
      }
    }

    @Override
    public byte[] raw() {
      byte[] bytes = new byte[values.length * Double.BYTES];
      littleEndian(bytes).asDoubleBuffer().put(values);
      return bytes;
    }

    @Override
    public void writeTyped(InferTensorContents.Builder contents) {
      for (double value : values) {
        contents.addFp64Contents(value);
      }
    }
  }

  /** INT64. */
  record Longs(long[] values) implements Elements {
    @Override
    public int count() {
      return values.length;
    }

    @Override
    public void writeJson(JsonGenerator json, int element) throws IOException {
      json.writeNumber(values[element]);
    }

    @Override
    public byte[] raw() {
      byte[] bytes = new byte[values.length * Long.BYTES];
      littleEndian(bytes).asLongBuffer().put(values);
      return bytes;
    }

    @Override
    public void writeTyped(InferTensorContents.Builder contents) {
      for (long value : values) {
        contents.addInt64Contents(value);
      }
    }
  }

  /** BOOL. */
  record Truths(boolean[] values) implements Elements {
    @Override
    public int count() {
      return values.length;
    }

    @Override
    public void writeJson(JsonGenerator json, int element) throws IOException {
      json.writeBoolean(values[element]);
    }

    @Override
    public byte[] raw() {
      byte[] bytes = new byte[values.length];
      for (int i = 0; i < values.length; i++) {
        bytes[i] = (byte) (values[i] ? 1 : 0);
      }
      return bytes;
    }

    @Override
    public void writeTyped(InferTensorContents.Builder contents) {
      for (boolean value : values) {
        contents.addBoolContents(value);
      }
    }
  }

  /** BYTES; null is written as the empty text. */
  record Texts(@Nullable String[] values) implements Elements {
    @Override
    public int count() {
      return values.length;
    }

    @Override
    public void writeJson(JsonGenerator json, int element) throws IOException {
      json.writeString(text(element));
    }

    @Override
    public byte[] raw() {
      byte[][] texts = new byte[values.length][];
      long length = 0;
      for (int i = 0; i < texts.length; i++) {
        texts[i] = text(i).getBytes(StandardCharsets.UTF_8);
        length += Integer.BYTES + texts[i].length;
      }
      byte[] bytes = new byte[Math.toIntExact(length)];
      ByteBuffer content = littleEndian(bytes);
      for (byte[] text : texts) {
        content.putInt(text.length).put(text);
      }
      return bytes;
    }

    @Override
    public void writeTyped(InferTensorContents.Builder contents) {
      for (int i = 0; i < values.length; i++) {
        contents.addBytesContents(ByteString.copyFromUtf8(text(i)));
      }
    }

    private String text(int element) {
      String text = values[element];
      return text == null ? "" : text;
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
