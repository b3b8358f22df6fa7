package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.util.EnumSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever a row holds, it gets a verdict of its own, and nothing unjudgeable is normal. */
final class FuzzTest {
  private static final float[] ODD = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.MIN_VALUE,
    1e30f,
    -1e20f,
    1e9f,
    0f,
    -0f
  };

  @Test
  void noRowIsBothInvalidAndNormal() throws Exception {
    try (Scorer scorer = Scorer.open(GoldenArtifactTest.golden("model.onnx"))) {
      for (long seed = 0; seed < 20; seed++) {
        Rows rows = rows(scorer.manifest().schema(), 200, seed);
        Judgements judged = scorer.judge(rows, EnumSet.of(Output.CONTRIBUTION));
        for (int i = 0; i < rows.count(); i++) {
          String where = "seed " + seed + ", row " + i;
          Verdict verdict = judged.verdict(i);
          if (verdict == Verdict.UNSCORABLE) {
            assertThat(judged.score(i)).as(where).isNaN();
            assertThat(judged.reason(i)).as(where).isNotBlank();
          } else {
            assertThat(judged.score(i)).as(where).isFinite();
            assertThat(judged.pValue(i)).as(where).isGreaterThan(0).isLessThanOrEqualTo(1);
            // An anomaly may say which number lies well beyond its range.
            if (verdict == Verdict.NORMAL) {
              assertThat(judged.reason(i)).as(where).isEmpty();
            }
          }
          if (infinite(rows, i)) {
            assertThat(verdict).as(where).isEqualTo(Verdict.UNSCORABLE);
          }
          if (absurd(rows, i)) {
            assertThat(verdict).as(where).isNotEqualTo(Verdict.NORMAL);
          }
        }
      }
    }
  }

  @Test
  void neighboursChangeNothing() throws Exception {
    try (Scorer scorer = Scorer.open(GoldenArtifactTest.golden("model.onnx"))) {
      Rows rows = rows(scorer.manifest().schema(), 300, 99);
      Judgements together = scorer.judge(rows);
      int[] backwards = IntStream.range(0, 300).map(i -> 299 - i).toArray();
      Judgements reversed = scorer.judge(rows.select(backwards));
      for (int i = 0; i < rows.count(); i++) {
        assertThat(reversed.get(299 - i)).as("row %d", i).isEqualTo(together.get(i));
      }
      for (int i = 0; i < rows.count(); i += 7) {
        assertThat(scorer.judge(rows.select(new int[] {i})).get(0))
            .as("row %d alone", i)
            .isEqualTo(together.get(i));
      }
    }
  }

  private static boolean infinite(Rows rows, int row) {
    return IntStream.range(0, rows.schema().numericCount())
        .anyMatch(j -> Float.isInfinite(rows.numeric(row, j)));
  }

  private static boolean absurd(Rows rows, int row) {
    return IntStream.range(0, rows.schema().count(ColumnType.NUMERIC))
        .anyMatch(j -> Math.abs(rows.numeric(row, j)) >= 1e9f);
  }

  private static Rows rows(Schema schema, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] numeric = new float[count * schema.numericCount()];
    String[] categorical = new String[count * schema.categoricalCount()];
    for (int i = 0; i < numeric.length; i++) {
      Column column = schema.columns().get(i % schema.numericCount());
      numeric[i] = random.nextInt(12) == 0 ? odd(random) : usual(column.type(), random);
    }
    for (int i = 0; i < categorical.length; i++) {
      Column column = schema.categorical(i % schema.categoricalCount());
      categorical[i] =
          switch (random.nextInt(12)) {
            case 0 -> "";
            case 1 -> "never seen " + random.nextInt();
            case 2 -> "x".repeat(1 + random.nextInt(20_000));
            case 3 -> "\u0000\uD83D\uDE00\n\",;";
            default -> column.categories().get(random.nextInt(column.categories().size()));
          };
    }
    return Rows.of(schema, count, numeric, categorical);
  }

  private static float usual(ColumnType type, SplittableRandom random) {
    return switch (type) {
      case BOOLEAN -> random.nextInt(2);
      case TIMESTAMP -> random.nextInt(604_800);
      default -> (float) random.nextGaussian();
    };
  }

  private static float odd(SplittableRandom random) {
    return ODD[random.nextInt(ODD.length)];
  }
}
