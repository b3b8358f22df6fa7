package io.latentry.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/** Tells that a {@link PrintStream} could not write, which that keeps to itself. */
public final class CheckedOutput extends OutputStream {
  private final PrintStream stream;

  public CheckedOutput(PrintStream stream) {
    this.stream = stream;
  }

  @Override
  public void write(int b) throws IOException {
    stream.write(b);
    check();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    stream.write(bytes, offset, length);
    check();
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
