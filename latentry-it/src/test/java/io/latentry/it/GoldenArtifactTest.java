package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.ColumnType;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** What an earlier Latentry wrote, this one loads and scores as that one did. */
final class GoldenArtifactTest {
  @Test
  void version1LoadsAndScoresAsWhenItWasWritten() throws Exception {
    Path model = golden("model.onnx");
    List<String> expected = Files.readAllLines(golden("expected.csv"));
    try (Scorer scorer = Scorer.open(model)) {
      Manifest manifest = scorer.manifest();
      assertThat(manifest.formatVersion()).isEqualTo(1);
      for (ColumnType type :
          List.of(
              ColumnType.NUMERIC,
              ColumnType.BOOLEAN,
              ColumnType.TIMESTAMP,
              ColumnType.CATEGORICAL)) {
        assertThat(manifest.schema().count(type)).as("%s columns", type).isPositive();
      }
      Judgements judged = scorer.judge(Line.read(golden("input.csv"), manifest.schema()));
      assertThat(judged.count()).isEqualTo(expected.size() - 1);
      for (int i = 0; i < judged.count(); i++) {
        String[] cells = expected.get(i + 1).split(",", -1);
        assertThat(judged.verdict(i).word()).as("row %d", i).isEqualTo(cells[1]);
        double score = Double.parseDouble(cells[0]);
        if (Double.isNaN(score)) {
          assertThat(judged.score(i)).as("row %d", i).isNaN();
        } else {
          assertThat((double) judged.score(i))
              .as("row %d", i)
              .isCloseTo(score, within(1e-4 * Math.max(1, Math.abs(score))));
        }
      }
    }
  }

  /** Made the files of {@code golden/v1}; run by hand, once per format version. */
  @Test
  @Disabled("writes fixtures; enable by hand for a new format version")
  void writesTheFixtures() throws IOException {
    Path folder = Files.createDirectories(Path.of("src/test/resources/golden/v1"));
    Path train = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(300, 0, 11));
    Path model = folder.resolve("model.onnx");
    Line.fit(train, Line.quick(Line.LABELLED), model);
    Files.delete(train);
    List<String> input = new ArrayList<>(Synthetic.lines(30, 10, 12));
    input.add(",,,,,,,,");
    input.add("0.1,,0.2,,,true,,middle,");
    input.add("1,2,3,4,5,false,2024-06-01T12:00:00Z,neverSeen,");
    input.add("inf,2,3,4,5,false,2024-06-01T12:00:00Z,low,");
    input.add("one,2,3,4,5,false,2024-06-01T12:00:00Z,low,");
    Path rows = Synthetic.write(folder.resolve("input.csv"), input);
    List<String> expected = new ArrayList<>(List.of("score,verdict"));
    try (Scorer scorer = Scorer.open(model)) {
      Judgements judged = scorer.judge(Line.read(rows, scorer.manifest().schema()));
      for (int i = 0; i < judged.count(); i++) {
        expected.add(judged.score(i) + "," + judged.verdict(i).word());
      }
    }
    Synthetic.write(folder.resolve("expected.csv"), expected);
  }

  static Path golden(String name) throws URISyntaxException {
    return Path.of(GoldenArtifactTest.class.getResource("/golden/v1/" + name).toURI());
  }
}
