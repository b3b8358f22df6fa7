package io.latentry.pipeline.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.ColumnType;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlannerTest {
  @TempDir private Path folder;

  @Test
  void rowsWithAnotherLabelAreNeitherCountedNorShown() throws IOException {
    Plan plan = plan("label", "0");
    assertThat(plan.rows()).isEqualTo(115);
    assertThat(plan.normalRows()).isEqualTo(95);
    assertThat(plan.calibrationRows()).isEqualTo(95);
    assertThat(plan.rowsNeeded())
        .filteredOn(r -> r.falseAlarmRate() == 0.01)
        .singleElement()
        .satisfies(r -> assertThat(r.enough()).isFalse());
    assertThat(plan.columns())
        .containsExactly(
            new Plan.PlannedColumn("kind", ColumnType.CATEGORICAL, 0, 2, "a, b"),
            new Plan.PlannedColumn("size", ColumnType.NUMERIC, 0, 95, "0 to 94"));
    assertThat(plan.problems()).isEmpty();
  }

  @Test
  void aLabelThatIsNumericAndNotThereIsAProblemAndNoRowIsNormal() throws IOException {
    Plan plan = plan("label", "2");
    assertThat(plan.normalRows()).isZero();
    assertThat(plan.problems())
        .anyMatch(p -> p.contains("'2' (expected: a value of column 'label', such as [0, 1])"));
  }

  /** 95 rows of sizes 0 to 94 and kinds a and b, and 20 anomalies of size 1000 and kind z. */
  private Plan plan(String label, String normal) throws IOException {
    StringBuilder table = new StringBuilder("kind,size,label\n");
    for (int i = 0; i < 115; i++) {
      boolean anomaly = i >= 95;
      table.append(anomaly ? 'z' : "ab".charAt(i % 2)).append(',');
      table.append(anomaly ? 1000 : i * 37 % 95).append(anomaly ? ",1\n" : ",0\n");
    }
    Path file = Files.writeString(folder.resolve("data.csv"), table);
    return new Planner(Progress.QUIET)
        .plan(
            List.of(file.toString()),
            StandardInput.streamed(InputStream.nullInputStream()),
            FitConfig.DEFAULT.withData(DataConfig.labelled(label, normal)));
  }
}
