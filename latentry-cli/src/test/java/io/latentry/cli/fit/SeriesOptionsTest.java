package io.latentry.cli.fit;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code fit} and {@code plan} take of series: here by a plan, which is quick. */
final class SeriesOptionsTest {
  @TempDir private static Path folder;
  private static Path data;

  @BeforeAll
  static void write() throws IOException {
    List<String> lines = new ArrayList<>(List.of("at,pressure"));
    for (int i = 0; i < 900; i++) {
      long second = 1_700_000_000L + 20L * i + i % 3;
      lines.add(second + "," + Math.sin(i * 0.1));
    }
    data = Files.write(folder.resolve("data.csv"), lines);
  }

  @Test
  void rowsArePutTogetherInCellsOfALengthThatIsAskedFor() {
    Cli plan = plan("--resample", "1m");
    assertThat(plan.exitCode()).as(plan.err()).isZero();
    assertThat(plan.out()).contains("series: 1 key, rows in cells of 60 s, windows of 8 cells");
    assertThat(plan.err()).contains("--window 8 --resample 1m");
    assertThat(plan().out()).contains("a point every ").doesNotContain("cells");
  }

  @Test
  void aLengthThatIsNoneIsWrongUsageAndOneThatDoesNotFitIsTold() {
    Cli soon = plan("--resample", "soon");
    assertThat(soon.exitCode()).as(soon.err()).isEqualTo(2);
    assertThat(soon.err()).contains("resample: 'soon' (expected: the length of a cell");
    Cli waiting = plan("--resample", "1m", "--delay", "2");
    assertThat(waiting.exitCode()).as(waiting.err()).isEqualTo(2);
    assertThat(waiting.err()).contains("delay: 2 points (expected: 0 with resample");
    Cli shortOnes = plan("--resample", "1s");
    assertThat(shortOnes.exitCode()).as(shortOnes.err()).isEqualTo(3);
    assertThat(shortOnes.err()).contains("resample: '1s' (expected: at least 21 s");
    Cli table = Cli.run("plan", data, "--time", "at", "--resample", "1m");
    assertThat(table.exitCode()).isEqualTo(2);
    assertThat(table.err()).contains("--window");
  }

  private static Cli plan(Object... options) {
    List<Object> words = new ArrayList<>(List.of("plan", data, "--time", "at", "--window", "8"));
    words.addAll(List.of(options));
    return Cli.run(words.toArray());
  }
}
