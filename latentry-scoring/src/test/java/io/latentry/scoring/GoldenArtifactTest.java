package io.latentry.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.Tolerance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An artifact of format version 1, judged by this module alone, as a host does that embeds it. */
final class GoldenArtifactTest {
  private static final Path GOLDEN =
      Path.of("..", "latentry-it", "src", "test", "resources", "golden", "v1");
  private static final Path MODEL = GOLDEN.resolve("model.onnx");

  @TempDir Path folder;

  @Test
  void itsRowsAreJudgedAsWhenItWasWritten() throws IOException {
    List<String> expected = Files.readAllLines(GOLDEN.resolve("expected.csv"));
    try (Scorer scorer = Scorer.open(MODEL)) {
      assertThat(scorer.manifest().formatVersion()).isEqualTo(1);
      Judgements judged = scorer.judge(rows(scorer.manifest().schema()));
      assertThat(judged.count()).isEqualTo(expected.size() - 1);
      for (int row = 0; row < judged.count(); row++) {
        String[] cells = expected.get(row + 1).split(",", -1);
        float score = Float.parseFloat(cells[0]);
        assertThat(judged.verdict(row).word()).as("row %d", row).isEqualTo(cells[1]);
        if (Float.isNaN(score)) {
          assertThat(judged.score(row)).as("row %d", row).isNaN();
        } else {
          assertThat((double) judged.score(row))
              .as("row %d", row)
              .isCloseTo(score, within(Tolerance.of(score)));
        }
      }
    }
  }

  @Test
  void aRowAloneHasTheScoreThatItHasAmongOthersToTheLastBit() throws IOException {
    try (Scorer scorer = Scorer.open(MODEL);
        Scorer another = Scorer.open(MODEL, ScorerOptions.threads(1))) {
      Rows rows = rows(scorer.manifest().schema());
      Judgements together = scorer.judge(rows);
      for (int row = 0; row < rows.count(); row++) {
        int bits = Float.floatToIntBits(together.score(row));
        Rows alone = rows.slice(row, row + 1);
        assertThat(Float.floatToIntBits(scorer.judge(alone).score(0)))
            .as("%d", row)
            .isEqualTo(bits);
        assertThat(Float.floatToIntBits(another.judge(alone).score(0)))
            .as("%d", row)
            .isEqualTo(bits);
      }
    }
  }

  @Test
  void oneThatIsProvenLaterAnswersNothingUntilThen() throws IOException {
    byte[] bytes = Files.readAllBytes(MODEL);
    try (Scorer later = Scorer.openUnproven(() -> bytes, ScorerOptions.threads(1));
        Scorer atOnce = Scorer.open(MODEL, ScorerOptions.threads(1))) {
      Rows rows = rows(later.manifest().schema());
      assertThat(later.isProven()).isFalse();
      assertThat(later.hasEngine()).isFalse();
      assertThatThrownBy(() -> later.judge(rows))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("not proven");

      later.prove();

      assertThat(later.isProven()).isTrue();
      Judgements judged = later.judge(rows);
      for (int row = 0; row < rows.count(); row++) {
        assertThat(Float.floatToIntBits(judged.score(row)))
            .isEqualTo(Float.floatToIntBits(atOnce.judge(rows).score(row)));
      }
    }
    byte[] damaged = bytes.clone();
    damaged[bytes.length / 2] ^= 1;
    assertThatThrownBy(() -> Scorer.openUnproven(() -> damaged, ScorerOptions.threads(1)))
        .isInstanceOf(ArtifactException.class);
  }

  @Test
  void aChangedByteIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(MODEL);
    SplittableRandom random = new SplittableRandom(5);
    for (int change = 0; change < 60; change++) {
      int at = random.nextInt(whole.length);
      byte[] changed = whole.clone();
      changed[at] ^= (byte) (1 << random.nextInt(8));
      Path file = Files.write(folder.resolve("changed.onnx"), changed);
      assertThatThrownBy(() -> Scorer.open(file).close())
          .as("byte %d", at)
          .isInstanceOf(ArtifactException.class);
    }
  }

  /** The rows beside the artifact, whose text a host would have as values. */
  private static Rows rows(Schema schema) throws IOException {
    List<String> lines = Files.readAllLines(GOLDEN.resolve("input.csv"));
    String[] names = lines.get(0).split(",", -1);
    RowsBuilder rows = new RowsBuilder(schema);
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      for (int j = 0; j < names.length; j++) {
        int column = rows.column(names[j]);
        if (column >= 0 && !cells[j].isEmpty()) {
          set(rows, column, cells[j]);
        }
      }
      rows.endRow();
    }
    return rows.rows();
  }

  private static void set(RowsBuilder rows, int column, String cell) {
    switch (rows.type(column)) {
      case NUMERIC -> {
        if (cell.equals("one")) {
          rows.wrong(column, cell);
        } else {
          rows.set(
              column, cell.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(cell));
        }
      }
      case BOOLEAN -> rows.set(column, Boolean.parseBoolean(cell));
      default -> rows.set(column, cell);
    }
  }
}
