package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.score.ScorePipeline;
import io.latentry.pipeline.score.ScoreRequest;
import io.latentry.scoring.Scorer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an earlier Latentry wrote of a series, this one loads and judges as that one did. The file
 * is of before keys had levels of their own; its input has points out of order and twice, a gap, a
 * cell that is missing, a word that is new and a time that is none.
 */
final class GoldenSeriesTest {
  @TempDir private static Path folder;

  @Test
  void everyPointIsJudgedAsWhenTheModelWasWritten() throws Exception {
    Path input = golden("input.csv");
    Path scored = folder.resolve("scored.csv");
    try (Scorer scorer = Scorer.open(golden("model.onnx"))) {
      assertThat(scorer.manifest().series()).isNotNull();
      new ScorePipeline(Progress.QUIET)
          .score(
              scorer,
              new ScoreRequest(
                  List.of(input.toString()), Line.noInput(), ReadOptions.DEFAULTS, 0, List.of(), 1),
              columns -> TableSink.open(scored, columns));
    }
    List<String> expected = Files.readAllLines(golden("expected.csv"));
    List<String> rows = Files.readAllLines(scored);
    assertThat(rows).hasSameSizeAs(expected);
    assertThat(rows.get(0)).isEqualTo(expected.get(0));
    for (int i = 1; i < rows.size(); i++) {
      String[] told = rows.get(i).split(",", -1);
      String[] before = expected.get(i).split(",", -1);
      assertThat(told).as("row %d", i - 1).hasSameSizeAs(before);
      for (int j = 0; j < told.length; j++) {
        if (before[j].matches("-?[0-9.]+(E-?[0-9]+)?")) {
          double value = Double.parseDouble(before[j]);
          assertThat(Double.parseDouble(told[j]))
              .as("row %d: %s", i - 1, rows.get(i))
              .isCloseTo(value, within(1e-4 * Math.max(1, Math.abs(value))));
        } else {
          assertThat(told[j]).as("row %d", i - 1).isEqualTo(before[j]);
        }
      }
    }
  }

  private static Path golden(String name) throws Exception {
    return Path.of(GoldenSeriesTest.class.getResource("/golden/series-v1/" + name).toURI());
  }
}
