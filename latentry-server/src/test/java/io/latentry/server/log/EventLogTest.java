package io.latentry.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.server.config.LogFormat;
import io.latentry.server.config.LogLevel;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class EventLogTest {
  @ParameterizedTest
  @EnumSource(
      value = LogFormat.class,
      names = {"JSON", "TEXT"})
  void noNameOfAFileOrModelMovesTheCursorOrMakesALine(LogFormat format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    EventLog log =
        new EventLog(
            new PrintStream(bytes, true, StandardCharsets.UTF_8),
            format,
            LogLevel.INFO,
            Clock.systemUTC());

    log.write(
        LogLevel.WARN,
        "models",
        line ->
            line.put("reason", "\u001b]0;owned\u0007\n\r\u007f\u009b31m\u202e\u2066 \u00e9.onnx"));

    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(text.strip().lines()).hasSize(1);
    assertThat(text.strip()).matches("[\\x20-\\x7e]+").contains("\\u009B31m", "\\u00E9.onnx");
  }
}
