package io.latentry.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.RowScreen;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PerturbationsTest {
  private static final Schema SCHEMA =
      Schema.ordered(
          List.of(
              Column.numeric("height", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 1),
              Column.numeric("huge", ColumnType.NUMERIC, MissingPolicy.IMPUTE, -3e38, 3e38),
              Column.numeric("constant", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 3, 3),
              Column.numeric("smokes", ColumnType.BOOLEAN, MissingPolicy.IMPUTE, 0, 1),
              Column.numeric("at", ColumnType.TIMESTAMP, MissingPolicy.IMPUTE, 0, 600_000),
              Column.categorical(
                  "colour", MissingPolicy.REJECT, UnseenPolicy.REJECT, List.of("red", "green"))),
          List.of());

  @Test
  void everyRowDiffersAndStaysScorable() {
    Rows rows = rows(500);
    Rows perturbed = new Perturbations(rows).perturb(rows, 7);
    RowScreen screen = new RowScreen(SCHEMA);
    int equal = 0;
    for (int row = 0; row < rows.count(); row++) {
      assertThat(screen.reasonAgainst(perturbed, row)).isNull();
      boolean same = rows.categorical(row, 0).equals(perturbed.categorical(row, 0));
      for (int j = 0; j < SCHEMA.numericCount(); j++) {
        same &= Float.compare(rows.numeric(row, j), perturbed.numeric(row, j)) == 0;
      }
      equal += same ? 1 : 0;
    }
    assertThat(equal).isZero();
  }

  @Test
  void theSeedDecides() {
    Rows rows = rows(50);
    Perturbations perturbations = new Perturbations(rows);
    assertThat(perturbations.perturb(rows, 1).numeric())
        .isEqualTo(perturbations.perturb(rows, 1).numeric())
        .isNotEqualTo(perturbations.perturb(rows, 2).numeric());
  }

  @Test
  void someAreGrossAndSomeLieWithinTheColumnsRange() {
    Rows rows = rows(1_000);
    Rows perturbed = new Perturbations(rows).perturb(rows, 3);
    int outside = 0;
    for (int row = 0; row < rows.count(); row++) {
      float height = perturbed.numeric(row, 0);
      outside += height < -0.2 || height > 1.2 ? 1 : 0;
    }
    assertThat(outside).isBetween(50, 600);
  }

  @Test
  void rowsThatCannotDifferAreLeftAsTheyAre() {
    Rows one = rows(1);
    assertThat(new Perturbations(one).perturb(one, 1).count()).isEqualTo(1);
  }

  private static Rows rows(int count) {
    Random random = new Random(11);
    float[] numeric = new float[count * 5];
    String[] categorical = new String[count];
    for (int row = 0; row < count; row++) {
      numeric[row * 5] = random.nextFloat();
      numeric[row * 5 + 1] = (float) (random.nextGaussian() * 1e38);
      numeric[row * 5 + 2] = 3;
      numeric[row * 5 + 3] = random.nextInt(2);
      numeric[row * 5 + 4] = random.nextInt(600_000);
      categorical[row] = random.nextBoolean() ? "red" : "green";
      if (!Float.isFinite(numeric[row * 5 + 1])) {
        numeric[row * 5 + 1] = 0;
      }
    }
    return Rows.of(SCHEMA, count, numeric, categorical);
  }
}
