package io.latentry.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.load.artifact.ArtifactFuzz;
import io.latentry.load.artifact.Crafted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short run; the long one is {@code scripts/bench artifact-fuzz --mutants 200000}. */
final class ArtifactFuzzTest {
  private static final int MUTANTS = 2_000;
  private static final long SEED = 3;

  @TempDir private Path folder;

  @Test
  void aCraftedOrChangedFileIsRefusedWithAReasonOrGivesTheSameScores() throws IOException {
    byte[] good = Files.readAllBytes(ServiceCommand.fittedToMixed(folder));
    assertThat(Crafted.of(good)).hasSizeGreaterThan(60);
    ByteArrayOutputStream text = new ByteArrayOutputStream();

    boolean clean =
        ArtifactFuzz.run(good, MUTANTS, SEED, new PrintStream(text, true, StandardCharsets.UTF_8));

    String said = text.toString(StandardCharsets.UTF_8);
    assertThat(clean).as(said).isTrue();
    assertThat(said).contains("2,000 mutants: no fault");
  }
}
