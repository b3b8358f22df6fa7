package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.SeriesConfig;
import io.latentry.pipeline.sample.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documentation shows compiles and runs. */
final class ExamplesTest {
  private static final Path EXAMPLE = Command.ROOT.resolve("examples/java/FitAndJudge.java");
  private static final Path OF_SERIES = Command.ROOT.resolve("examples/java/FollowASeries.java");
  private static final Path IN_FIVE_LINES = Command.ROOT.resolve("examples/java/InFiveLines.java");
  private static final Path LIBRARY = Command.ROOT.resolve("docs/library.md");
  private static final Path README = Command.ROOT.resolve("README.md");
  private static final Path DRIFT = Command.ROOT.resolve("docs/drift.md");
  private static final Path TUTORIAL = Command.ROOT.resolve("docs/tutorial.md");
  private static final Path SERIES = Command.ROOT.resolve("docs/series.md");

  @TempDir private Path folder;

  @Test
  void theJavaExampleCompilesAndScores() throws Exception {
    compile(EXAMPLE);

    Path data = folder.resolve("data.csv");
    SampleData.BREAST_CANCER.copyTo(data);
    Command.Finished finished =
        Command.java(
            folder,
            folder,
            "FitAndJudge",
            data.toString(),
            folder.resolve("model.onnx").toString());

    assertThat(finished.exitCode()).as(finished.errors()).isZero();
    assertThat(finished.out().lines()).hasSize(569);
    assertThat(finished.out()).contains("NORMAL").contains("ANOMALY").doesNotContain("NaN");
  }

  @Test
  void theFewLinesFitJudgeAndExplain() throws Exception {
    compile(IN_FIVE_LINES);
    Path data = folder.resolve("data.csv");
    SampleData.BREAST_CANCER.copyTo(data);

    Command.Finished finished = Command.java(folder, folder, "InFiveLines", data.toString());

    assertThat(finished.exitCode()).as(finished.errors()).isZero();
    List<String> lines = finished.out().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).matches("ANOMALY [0-9.]+");
    assertThat(lines.subList(1, 4)).allMatch(line -> line.matches("\\w+ is .+, expected .+"));
  }

  @Test
  void theSeriesExampleJudgesPointByPointAsAFileIsJudged() throws Exception {
    compile(OF_SERIES);
    Path all = folder.resolve("all.csv");
    SampleData.MACHINE_TEMPERATURE.copyTo(all);
    List<String> lines = Files.readAllLines(all);
    Path train = Files.write(folder.resolve("train.csv"), lines.subList(0, 2_000));
    List<String> later = new ArrayList<>(List.of(lines.get(0)));
    later.addAll(lines.subList(2_000, 2_200));
    Path data = Files.write(folder.resolve("data.csv"), later);
    Path model = folder.resolve("model.onnx");
    DataConfig reading =
        DataConfig.labelled("label", "0").toBuilder()
            .time("timestamp")
            .series(SeriesConfig.DEFAULT.withWindow(16))
            .build();
    Line.fit(train, Line.quick(reading), model);

    Command.Finished followed =
        Command.java(folder, folder, "FollowASeries", model.toString(), data.toString());
    assertThat(followed.exitCode()).as(followed.errors()).isZero();
    Command.Finished scored =
        Command.latentry(folder, "score", model.toString(), data.toString(), "-o", "scored.csv");
    assertThat(scored.exitCode()).as(scored.errors()).isZero();

    List<String> told = followed.out().lines().toList();
    List<String> rows = Files.readAllLines(folder.resolve("scored.csv"));
    assertThat(told).hasSize(200);
    assertThat(told.get(4)).contains("UNSCORABLE").endsWith("warming up: 5 of 16 points");
    for (int i = 15; i < told.size(); i++) {
      String[] words = told.get(i).split(" ", -1);
      String[] cells = rows.get(i + 1).split(",", -1);
      assertThat(words[1]).as("row %d", i).isEqualToIgnoringCase(cells[3]);
      assertThat((float) Double.parseDouble(words[2]))
          .as("row %d", i)
          .isEqualTo(Float.parseFloat(cells[1]));
    }
  }

  private void compile(Path example) {
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", folder.toString(), example.toString());
    assertThat(compiled).isZero();
  }

  @Test
  void theDocumentedJavaIsTheCompiledExample() throws IOException {
    assertThat(blocks(README, "java"))
        .isNotEmpty()
        .allSatisfy(
            snippet -> assertThat(squeezed(Files.readString(EXAMPLE))).contains(squeezed(snippet)));
    assertThat(blocks(LIBRARY, "java"))
        .isNotEmpty()
        .allSatisfy(
            snippet ->
                assertThat(squeezed(Files.readString(IN_FIVE_LINES))).contains(squeezed(snippet)));
    assertThat(blocks(SERIES, "java"))
        .isNotEmpty()
        .allSatisfy(
            snippet ->
                assertThat(squeezed(Files.readString(OF_SERIES))).contains(squeezed(snippet)));
  }

  @Test
  void theDocumentedCommandsRun() throws Exception {
    // What several pages show is run once.
    Set<String> lines = new LinkedHashSet<>();
    for (Path page : List.of(README, TUTORIAL, DRIFT, SERIES)) {
      blocks(page, "sh").forEach(block -> block.lines().forEach(lines::add));
    }
    for (String line : lines) {
      if (line.startsWith("./latentry ")) {
        // A service would run on; that it starts and ends is tested where it is a process.
        String ending = line.startsWith("./latentry serve ") ? line + " --print-config" : line;
        String[] words = ending.strip().split("\\s+", -1);
        String[] arguments = java.util.Arrays.copyOfRange(words, 1, words.length);
        Command.Finished finished = Command.latentry(folder, arguments);
        // The rows that the pages look at hold more anomalies than usual.
        int expected = line.startsWith("./latentry drift ") ? 4 : 0;
        assertThat(finished.exitCode()).as("%s%n%s", line, finished.errors()).isEqualTo(expected);
      }
    }
  }

  private static List<String> blocks(Path page, String language) throws IOException {
    return Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```")
        .matcher(Files.readString(page))
        .results()
        .map((MatchResult r) -> r.group(1))
        .collect(Collectors.toList());
  }

  private static String squeezed(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
