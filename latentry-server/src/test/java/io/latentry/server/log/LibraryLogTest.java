package io.latentry.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.server.config.LogFormat;
import io.latentry.server.config.LogLevel;
import io.latentry.server.registry.RegistryException;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.StoreFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

final class LibraryLogTest {
  @Test
  void ourOwnWarningsNameWhatTheyAreOfAndThoseOfLibrariesQuoteNothing() {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    LibraryLog.writeTo(
        new EventLog(
            new PrintStream(written, true, StandardCharsets.UTF_8),
            LogFormat.JSON,
            LogLevel.WARN,
            Clock.systemUTC()));
    try {
      ILoggerFactory loggers = new LibraryLog().getLoggerFactory();
      loggers.getLogger("io.latentry.server.series.SeriesMemory").warn("{}: {}", "f", "cut short");
      loggers.getLogger("io.latentry.server.api.ApiErrors").error("{} failed", "/secret");
      loggers.getLogger("com.linecorp.armeria.X").warn("bad header: {}", "secret");
      assertThat(written.toString(StandardCharsets.UTF_8))
          .contains("\"message\":\"f: cut short\"")
          .contains("\"message\":\"{} failed\"")
          .contains("\"message\":\"bad header: {}\"")
          .doesNotContain("secret");

      RefusedException told =
          StoreFault.refusal(
              new RegistryException("store: the database is read-only", new IOException("inside")),
              loggers.getLogger("io.latentry.server.api.ApiErrors"));
      assertThat(told).hasMessageContaining("the service's log says why");
      assertThat(written.toString(StandardCharsets.UTF_8))
          .contains("\"message\":\"store failed: store: the database is read-only\"")
          .contains("\"error\":\"" + RegistryException.class.getName() + "\"");
    } finally {
      LibraryLog.writeTo(EventLog.SILENT);
      String unused = System.clearProperty(LoggerFactory.PROVIDER_PROPERTY_KEY);
    }
  }
}
