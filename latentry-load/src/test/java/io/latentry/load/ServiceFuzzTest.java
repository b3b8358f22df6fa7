package io.latentry.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short run; the long one is {@code scripts/bench service-fuzz --requests 1000000}. */
final class ServiceFuzzTest {
  private static final int REQUESTS = 2_000;
  private static final long SEED = 7;

  @TempDir private Path folder;

  @Test
  void changedRequestsAreAnsweredOrRefusedAndAKnownRowKeepsItsScore() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    boolean clean =
        ServiceCommand.fuzz(
            REQUESTS, SEED, folder, new PrintStream(text, true, StandardCharsets.UTF_8));
    String said = text.toString(StandardCharsets.UTF_8);
    assertThat(clean).as(said).isTrue();
    assertThat(said).contains("2,000 requests: no fault");
  }
}
