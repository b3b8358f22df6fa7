package io.latentry.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is left in the folder of temporary files by a process that judged rows. */
@DisabledOnOs(OS.WINDOWS)
final class LeftoversTest {
  private static final Path GOLDEN =
      Path.of("..", "latentry-it", "src", "test", "resources", "golden", "v1", "model.onnx");

  @TempDir Path temporary;

  @Test
  void aProcessThatEndsLeavesNothingBehind() throws Exception {
    run("ends");
  }

  @Test
  void aProcessThatIsKilledLeavesNothingBehind() throws Exception {
    run("is killed");
  }

  @Test
  void aProcessWithNoFolderForTemporaryFilesSaysWhatItNeeds() throws Exception {
    Path none = temporary.resolve("none");
    Process process = judging(none, "ends").redirectErrorStream(true).start();

    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(said)
        .contains("ONNX Runtime: its library cannot be loaded")
        .contains("now " + none)
        .contains("-Djava.io.tmpdir=");
  }

  private static ProcessBuilder judging(Path temporary, String end) {
    return new ProcessBuilder(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("java.class.path"),
            Judging.class.getName(),
            GOLDEN.toString(),
            end));
  }

  private void run(String end) throws Exception {
    Process process = judging(temporary, end).inheritIO().start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(Judging.DONE);
    try (var left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
  }

  /** The process. */
  public static final class Judging {
    static final int DONE = 17;

    private Judging() {}

    /** Judges a row, and ends in an orderly way or at once, as a killed process does. */
    public static void main(String[] args) {
      try (Scorer scorer = Scorer.open(Path.of(args[0]), ScorerOptions.threads(1))) {
        var rows = scorer.probes().samples(scorer.manifest().schema());
        if (Float.isNaN(scorer.judge(rows).score(0))) {
          System.exit(1);
        }
        if (args[1].equals("is killed")) {
          Runtime.getRuntime().halt(DONE);
        }
      }
      System.exit(DONE);
    }
  }
}
