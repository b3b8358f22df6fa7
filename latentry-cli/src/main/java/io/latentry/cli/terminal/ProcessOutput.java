package io.latentry.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Standard output that knows why it could not write: a full disk is a failure, a reader that has
 * gone, as {@code head} goes, is none.
 */
final class ProcessOutput extends PrintStream {
  private final Pipe pipe;

  private ProcessOutput(Pipe pipe) {
    super(pipe, true, StandardCharsets.UTF_8);
    this.pipe = pipe;
  }

  static ProcessOutput ofProcess() {
    return of(new FileOutputStream(FileDescriptor.out));
  }

  static ProcessOutput of(OutputStream out) {
    return new ProcessOutput(new Pipe(out));
  }

  boolean readerGone() {
    return pipe.readerGone;
  }

  /** Java has no type for a broken pipe: the words are the system's. */
  private static final class Pipe extends OutputStream {
    private final OutputStream out;
    private volatile boolean readerGone;

    Pipe(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException failed) {
        String message = String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT);
        readerGone |= message.contains("broken pipe") || message.contains("pipe is being closed");
        throw failed;
      }
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }
}
