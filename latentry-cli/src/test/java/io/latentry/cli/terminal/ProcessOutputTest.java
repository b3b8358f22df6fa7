package io.latentry.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

/** Why standard output could not be written. */
final class ProcessOutputTest {
  @Test
  void aReaderThatHasGoneIsNotAFullDisk() {
    assertThat(after("Broken pipe").readerGone()).isTrue();
    assertThat(after("No space left on device").readerGone()).isFalse();
    assertThat(after("No space left on device").out().checkError()).isTrue();
  }

  @Test
  void theWidthThatTheEnvironmentTellsGoesFirst() {
    assertThat(Terminal.columns("132")).isEqualTo(132);
    assertThat(Terminal.columns("10")).isEqualTo(40);
    assertThat(Terminal.columns("wide")).isEqualTo(Terminal.columns(null));
  }

  private static Terminal after(String failure) {
    OutputStream failing =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(failure);
          }
        };
    ProcessOutput out = ProcessOutput.of(failing);
    out.println("a row");
    out.flush();
    return new Terminal(
        new ByteArrayInputStream(new byte[0]), out, System.err, false, 80, System::nanoTime);
  }
}
