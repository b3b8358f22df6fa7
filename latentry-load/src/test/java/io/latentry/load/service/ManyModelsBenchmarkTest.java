package io.latentry.load.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.scoring.Scorer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManyModelsBenchmarkTest {
  private static final Path GOLDEN =
      Path.of("..", "latentry-it", "src", "test", "resources", "golden", "v1", "model.onnx");

  @TempDir Path folder;

  /** A file that is refused would be reloaded, and counted, in no time. */
  @Test
  void aFileThatWasToldApartIsTakenForAModel() throws Exception {
    byte[] good = Files.readAllBytes(GOLDEN);
    for (String remark : new String[] {"0", "999"}) {
      byte[] other = ManyModelsBenchmark.remarked(good, remark);
      assertThat(other).isNotEqualTo(good);
      try (Scorer scorer = Scorer.open(Files.write(folder.resolve("m.onnx"), other))) {
        assertThat(scorer.manifest().schema().columns()).isNotEmpty();
      }
    }
  }
}
