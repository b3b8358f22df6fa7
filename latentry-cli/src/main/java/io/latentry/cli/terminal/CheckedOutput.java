package io.latentry.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Tells that a {@link PrintStream} could not write, which that keeps to itself. Where it is a
 * terminal, text is written as {@link Shown} has it; a file or a program gets every byte.
 */
public final class CheckedOutput extends OutputStream {
  private static final int CARRIAGE_RETURN = '\r';

  private final PrintStream stream;
  private final boolean shown;

  /** The begin of a character in UTF-8, or a carriage return: what follows tells what they are. */
  private byte[] held = {};

  /**
   * @param shown whether it is a terminal
   */
  public CheckedOutput(PrintStream stream, boolean shown) {
    this.stream = stream;
    this.shown = shown;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (shown) {
      byte[] all = Arrays.copyOf(held, held.length + length);
      System.arraycopy(bytes, offset, all, held.length, length);
      int whole = whole(all);
      held = Arrays.copyOfRange(all, whole, all.length);
      show(all, whole);
    } else {
      stream.write(bytes, offset, length);
    }
    check();
  }

  /** How many of the bytes can be told apart from what follows them. */
  private static int whole(byte[] bytes) {
    int end = bytes.length;
    if (end > 0 && bytes[end - 1] == CARRIAGE_RETURN) {
      return end - 1;
    }
    for (int i = end - 1; i >= Math.max(0, end - 3); i--) {
      int one = bytes[i] & 0xFF;
      if (one >= 0xC0) {
        int length = one >= 0xF0 ? 4 : one >= 0xE0 ? 3 : 2;
        return i + length > end ? i : end;
      }
      if (one < 0x80) {
        return end;
      }
    }
    return end;
  }

  private void show(byte[] bytes, int count) {
    byte[] harmless =
        Shown.lines(new String(bytes, 0, count, StandardCharsets.UTF_8))
            .getBytes(StandardCharsets.UTF_8);
    stream.write(harmless, 0, harmless.length);
  }

  @Override
  public void flush() throws IOException {
    check();
  }

  @Override
  public void close() throws IOException {
    show(held, held.length);
    held = new byte[0];
    check();
  }

  private void check() throws IOException {
    if (stream.checkError()) {
      throw new IOException("the reader has gone, or the disk is full");
    }
  }
}
