package io.latentry.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.latentry.cli.Cli;
import io.latentry.cli.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code bench} says and ends with; the figures are tested where they are made. */
final class BenchCommandTest {
  @TempDir private Path folder;
  private Path config;
  private Path page;

  @BeforeEach
  void writeSet() throws IOException {
    Files.writeString(Files.createDirectory(folder.resolve("sets")).resolve("7_far.csv"), table());
    config = Tables.quickConfig(folder);
    page = folder.resolve("page.md");
  }

  @Test
  void aSetThatCannotBeUsedEndsWithExitCode3AfterTheOthers() throws Exception {
    Files.writeString(
        folder.resolve("sets/odd.csv"), table().replaceFirst(",1,test", ",anomaly,test"));
    Cli run = bench("--quiet");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
    assertThat(run.out()).contains("Could not be used", "odd.csv line 142", "'anomaly'", "7_far");
    assertThat(page).content().contains("odd.csv line 142", "| 7_far");
    JsonNode document = bench("--json").json();
    assertThat(document.at("/failed/0/set").asText()).isEqualTo("odd");
    assertThat(document.at("/failed/0/reason").asText()).contains("'anomaly'");
    assertThat(document.at("/sets")).hasSize(1);

    Files.delete(folder.resolve("sets/odd.csv"));
    assertThat(bench().exitCode()).isZero();
  }

  @Test
  void seedsThatCannotBeMeantAreWrongUsage() {
    Cli below = bench("--seeds", "-1");
    assertThat(below.exitCode()).isEqualTo(2);
    assertThat(below.err()).contains("seeds: -1 (expected: 0 or more, each once)");
    Cli twice = bench("--seeds", "0,0");
    assertThat(twice.exitCode()).isEqualTo(2);
    assertThat(twice.err()).contains("seeds: 0 twice (expected: 0 or more, each once)");
  }

  @Test
  void aFolderOrASetThatIsNotThereIsWrongUsage() {
    Cli unknown = bench("--only", "7_far,nosuch");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("only: 'nosuch' (expected: a set of the folder", "7_far");
    Cli file = bench("--data", folder.resolve("sets/7_far.csv").toString());
    assertThat(file.exitCode()).isEqualTo(2);
    assertThat(file.err()).contains("7_far.csv, a file (expected: a folder of labelled tables");
    Cli nothing = bench("--data", folder.resolve("nothing").toString());
    assertThat(nothing.exitCode()).isEqualTo(2);
    assertThat(nothing.err()).contains("which does not exist");
    assertThat(page).doesNotExist();
  }

  @Test
  void calibrationTellsWhetherPromisesHold() throws Exception {
    List<Object> words = new ArrayList<>(List.of("bench", "calibration", "--config", config));
    words.addAll(List.of("--data", folder.resolve("sets"), "--rows", "40,0", "--seeds", "0"));
    words.addAll(List.of("--out", page));
    Cli run = Cli.run(words.toArray());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("| 7_far, 40 rows | 1 |", "| 7_far, 70 rows | 1 |", "| all | 2 |");
    assertThat(page).content().isEqualTo(run.out().strip() + "\n");

    words.add("--json");
    JsonNode document = Cli.run(words.toArray()).json();
    assertThat(document.at("/all/fits").asInt()).isEqualTo(2);
    assertThat(document.at("/trials/0/within_bound").isBoolean()).isTrue();

    words.addAll(List.of("--only", "nosuch"));
    assertThat(Cli.run(words.toArray()).exitCode()).isEqualTo(2);
    assertThat(Cli.run("bench", "speed").err()).contains("expected: quality, series");
  }

  @Test
  void seriesAreMeasuredByFamily() throws Exception {
    Path wave = Files.createDirectories(folder.resolve("series/waves")).resolve("wave.csv");
    Files.writeString(wave, series());
    Files.writeString(folder.resolve("series/waves/odd.csv"), "timestamp,value\n0,1\n");
    List<Object> words = new ArrayList<>(List.of("bench", "series", "--seeds", "0"));
    words.addAll(List.of("--data", folder.resolve("series"), "-o", page));
    Cli run = Cli.run(words.toArray());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
    assertThat(run.out())
        .contains("| latentry | 1 |", "| neighbours_raw_ema16 | 1 |", "waves/odd: ", "label");
    assertThat(page).content().isEqualTo(run.out().strip() + "\n");
    assertThat(folder.resolve("series-results.jsonl")).exists();

    Files.delete(folder.resolve("series/waves/odd.csv"));
    words.addAll(List.of("--json", "--families", "waves", "--most", "1"));
    JsonNode document = Cli.run(words.toArray()).json();
    // Ours and six rivals, each plain and smoothed over 16 and 64 points.
    assertThat(document.at("/means")).hasSize(21);
    assertThat(document.at("/series/0/vus_pr").isNumber()).isTrue();

    Cli unknown =
        Cli.run("bench", "series", "--data", folder.resolve("series"), "--families", "nosuch");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("families: 'nosuch' (expected: one of waves)");
    assertThat(Cli.run("bench", "watch", "--data", folder, "--days", "0").err())
        .contains("days: 0, rows an hour: 50 (expected: 1 or more)");
    assertThat(Cli.run("bench", "watch", "--data", folder, "--rows-an-hour", "-3").err())
        .contains("days: 30, rows an hour: -3");
    assertThat(Cli.run("bench", "watch", "--data", folder, "--seeds", "0,1").err())
        .contains("--seeds: 2 (expected: one, for watch)");
    Cli several = Cli.run("bench", "series", "--data", "a,b");
    assertThat(several.err()).contains("data: 2 folders (expected: one, for series)");
    assertThat(Cli.run("bench", "series", "--data", folder, "--protocol", "b").err())
        .contains("protocol: 'b' (expected: A or tsb-ad)");
    assertThat(Cli.run("bench", "series", "--data", folder, "--most", "-1").err())
        .contains("most: -1");
  }

  private Cli bench(String... options) {
    List<Object> words = new ArrayList<>(List.of("bench", "quality", "--config", config));
    words.addAll(List.of("--out", page));
    if (!List.of(options).contains("--data")) {
      words.addAll(List.of("--data", folder.resolve("sets")));
    }
    words.addAll(List.of(options));
    return Cli.run(words.toArray());
  }

  /** A wave of 20 points that stands still for a while, in the part that is scored. */
  private static String series() {
    StringBuilder text = new StringBuilder("timestamp,value,label,split\n");
    for (int t = 0; t < 600; t++) {
      boolean anomalous = t >= 450 && t < 480;
      text.append(t).append(',').append(anomalous ? 0 : Math.sin(Math.PI * t / 10)).append(',');
      text.append(anomalous ? 1 : 0).append(',').append(t < 300 ? "train" : "test").append('\n');
    }
    return text.toString();
  }

  /** 100 rows to train, 60 to test, 20 of them eight deviations off. */
  private static String table() {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder("f0,f1,label,split0\n");
    for (int i = 0; i < 160; i++) {
      boolean anomaly = i >= 140;
      for (int j = 0; j < 2; j++) {
        text.append(random.nextGaussian() + (anomaly ? 8 : 0)).append(',');
      }
      text.append(anomaly ? 1 : 0).append(',').append(i < 100 ? "train" : "test").append('\n');
    }
    return text.toString();
  }
}
