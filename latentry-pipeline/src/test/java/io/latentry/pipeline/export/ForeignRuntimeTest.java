package io.latentry.pipeline.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.core.testing.Needs;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example script gives the scores that Java gives, from raw columns and the file alone. */
class ForeignRuntimeTest {
  private static final Path SCRIPT =
      Path.of("..", "examples", "python", "score_with_onnxruntime.py");

  /** A Monday, 00:00 UTC. */
  private static final Instant MONDAY = Instant.parse("2024-01-01T00:00:00Z");

  @TempDir Path folder;

  @BeforeAll
  static void needsPython() {
    Needs.toRun(
        "python3 with numpy and onnxruntime", Needs.python(), "-c", "import numpy, onnxruntime");
  }

  @Test
  void pythonScoresMixedColumnsAsJavaDoes() throws Exception {
    scoresAgree(Toy.mixed(4));
  }

  @Test
  void pythonScoresNumbersAloneAsJavaDoes() throws Exception {
    scoresAgree(Toy.numbers(1));
  }

  @Test
  void pythonScoresCategoriesAloneAsJavaDoes() throws Exception {
    scoresAgree(Toy.categories(1));
  }

  private void scoresAgree(Toy toy) throws Exception {
    Path model = folder.resolve("toy.onnx");
    toy.export(model);
    Rows rows = Toy.rows(toy.schema(), 150, 3);
    Path data = folder.resolve("data.csv");
    Files.writeString(data, csv(rows));

    Finished python =
        run(List.of(Needs.python(), SCRIPT.toString(), model.toString(), data.toString()));

    assertThat(python.exitCode()).as(python.errors()).isZero();
    List<String> lines = python.out().lines().toList();
    assertThat(lines.get(0)).isEqualTo("row,score");
    assertThat(lines).hasSize(rows.count() + 1);
    try (Scorer scorer = Scorer.open(model, ScorerOptions.threads(1))) {
      float[] scores = scorer.score(rows, Set.of(Output.SCORE)).values(Output.SCORE);
      for (int row = 0; row < rows.count(); row++) {
        double got = Double.parseDouble(lines.get(row + 1).split(",", -1)[1].replace("nan", "NaN"));
        if (Float.isNaN(scores[row])) {
          // Only a row without any value is left to the host, and the script screens none.
          assertThat(rows.categorical(row, 0)).as("row %d", row).isEmpty();
        } else {
          assertThat(got)
              .as("row %d", row)
              .isCloseTo(scores[row], within(1e-4 * Math.max(1, Math.abs(scores[row]))));
        }
      }
    }
  }

  private static String csv(Rows rows) {
    List<Column> columns = rows.schema().columns();
    int numericCount = rows.schema().numericCount();
    List<String> lines = new ArrayList<>();
    lines.add(columns.stream().map(Column::name).collect(Collectors.joining(",")));
    for (int row = 0; row < rows.count(); row++) {
      List<String> cells = new ArrayList<>();
      for (int j = 0; j < columns.size(); j++) {
        cells.add(
            j < numericCount
                ? cell(columns.get(j).type(), rows.numeric(row, j))
                : '"' + rows.categorical(row, j - numericCount).replace("\"", "\"\"") + '"');
      }
      lines.add(String.join(",", cells));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String cell(ColumnType type, float value) {
    if (Float.isNaN(value)) {
      return "";
    }
    return switch (type) {
      case BOOLEAN -> value == 1 ? "true" : "false";
      case TIMESTAMP -> MONDAY.plusSeconds((long) value).toString();
      default -> Float.toString(value);
    };
  }

  private record Finished(int exitCode, String out, String errors) {}

  private static Finished run(List<String> command) throws IOException, InterruptedException {
    Path out = Files.createTempFile("python", ".out");
    Path errors = Files.createTempFile("python", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(errors.toFile())
              .start();
      int exitCode = process.waitFor();
      return new Finished(exitCode, Files.readString(out), Files.readString(errors));
    } finally {
      Files.delete(out);
      Files.delete(errors);
    }
  }
}
