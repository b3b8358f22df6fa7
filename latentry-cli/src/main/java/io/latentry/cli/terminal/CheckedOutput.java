package io.latentry.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Arrays;

/**
 * Tells that a {@link PrintStream} could not write, which that keeps to itself. Where it is a
 * terminal, what would move its cursor is shown as a question mark; a file or a program gets every
 * byte.
 */
public final class CheckedOutput extends OutputStream {
  private static final int ESCAPE_LIKE_LEAD = 0xC2;

  private final PrintStream stream;
  private final boolean shown;
  private int before;

  /**
   * @param shown whether it is a terminal
   */
  public CheckedOutput(PrintStream stream, boolean shown) {
    this.stream = stream;
    this.shown = shown;
  }

  @Override
  public void write(int b) throws IOException {
    stream.write(shown ? harmless(b & 0xFF) : b);
    check();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    byte[] written = bytes;
    int from = offset;
    if (shown) {
      written = Arrays.copyOfRange(bytes, offset, offset + length);
      for (int i = 0; i < length; i++) {
        written[i] = (byte) harmless(written[i] & 0xFF);
      }
      from = 0;
    }
    stream.write(written, from, length);
    check();
  }

  /** In UTF-8: the controls below the blank, and those from U+0080 to U+009F as two bytes. */
  private int harmless(int one) {
    boolean control =
        (one < ' ' && one != '\n' && one != '\r' && one != '\t')
            || one == 0x7f
            || (before == ESCAPE_LIKE_LEAD && one < 0xA0);
    // The second byte of two becomes the one of a harmless pair, U+00BF.
    int shownAs = !control ? one : before == ESCAPE_LIKE_LEAD ? 0xBF : '?';
    before = one;
    return shownAs;
  }

  @Override
  public void flush() throws IOException {
    check();
  }

  private void check() throws IOException {
    if (stream.checkError()) {
      throw new IOException("the reader has gone, or the disk is full");
    }
  }
}
