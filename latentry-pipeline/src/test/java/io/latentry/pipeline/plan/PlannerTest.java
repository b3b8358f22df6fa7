package io.latentry.pipeline.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TableData;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlannerTest {
  private static final Map<String, MissingPolicy> IMPUTE_ALL = Map.of("*", MissingPolicy.IMPUTE);

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
  void aLabelThatIsNumericAndNotThereIsRefusedAsByAFit() {
    assertThatThrownBy(() -> plan("label", "2"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("'2' (expected: a value of column 'label', such as [0, 1])");
  }

  @Test
  void whatAFitRefusesThePlanRefusesInTheSameWords() throws IOException {
    StringBuilder times = new StringBuilder("when,temp\n");
    StringBuilder few = new StringBuilder("a,b\n");
    for (int i = 0; i < 40; i++) {
      times.append("%02d/03/2025 13:19,%d.5\n".formatted(1 + i % 28, i * 7 % 31));
      few.append(i < 9 ? i * 7 % 10 + "," + i * 3 % 7 + "\n" : "");
    }
    DataConfig byTime = DataConfig.builder().time("when").build();
    DataConfig numeric = DataConfig.builder().types(Map.of("when", ColumnType.NUMERIC)).build();
    refusedAlike(times, FitConfig.DEFAULT.withData(byTime), "rows: none of 40 can be used");
    refusedAlike(times, FitConfig.DEFAULT.withData(numeric), "rows: none of 40 can be used");
    refusedAlike(few, FitConfig.DEFAULT, "normal rows: 9 (expected: at least 10");
  }

  private void refusedAlike(CharSequence table, FitConfig config, String message)
      throws IOException {
    Path file = Files.writeString(folder.resolve("refused.csv"), table);
    List<String> data = List.of(file.toString());
    assertThatThrownBy(() -> new Planner(Progress.QUIET).plan(data, noInput(), config))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
    FitRequest request = FitRequest.of(file, config, folder.resolve("refused.onnx"));
    assertThatThrownBy(() -> new FitPipeline(Progress.QUIET).fit(request))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
  }

  @Test
  void stampsThatLackDaysOfTheWeekAreTold() throws IOException {
    StringBuilder table = new StringBuilder("at,temp\n");
    for (int i = 0; i < 60; i++) {
      // From Monday the 5th on, five days.
      table.append("2026-01-%02dT%02d:30:00Z,%d.5\n".formatted(5 + i % 5, i % 24, i * 7 % 31));
    }
    Path file = Files.writeString(folder.resolve("week.csv"), table);
    Plan plan =
        new Planner(Progress.QUIET).plan(List.of(file.toString()), noInput(), FitConfig.DEFAULT);
    assertThat(plan.problems())
        .anyMatch(p -> p.startsWith("column 'at': no normal row is of a Saturday, Sunday"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void thePlannedWidthIsThatOfTheFit(boolean labelled) throws IOException {
    StringBuilder table = new StringBuilder("n,gaps,flag,at,kind,kindGaps,label\n");
    for (int i = 0; i < 60; i++) {
      table.append(i * 37 % 61).append(".5,").append(i % 7 == 0 ? "" : i * 11 % 59 + ".25");
      table.append(i % 2 == 0 ? ",true," : ",false,").append("2026-01-").append(10 + i % 20);
      table.append("T0").append(i % 10).append(":00:00Z,").append("abc".charAt(i % 3)).append(',');
      table.append(i % 5 == 0 ? "" : "xy".substring(i % 2, i % 2 + 1)).append(",ok\n");
    }
    Path file = Files.writeString(folder.resolve("data.csv"), table);
    DataConfig data =
        labelled
            ? DataConfig.labelled("label", "ok").toBuilder().missing(IMPUTE_ALL).build()
            : DataConfig.builder().exclude(List.of("label")).missing(IMPUTE_ALL).build();
    TableData fitted = TableData.read(List.of(file.toString()), noInput(), data, Progress.QUIET);

    Plan plan =
        new Planner(Progress.QUIET)
            .plan(List.of(file.toString()), noInput(), FitConfig.DEFAULT.withData(data));

    int[] all = IntStream.range(0, fitted.counts().normal()).toArray();
    assertThat(plan.width()).isEqualTo(TablePreprocessor.fit(fitted.normals(all)).width());
    assertThat(plan.normalRows()).isEqualTo(fitted.counts().normal());
    assertThat(plan.columns())
        .extracting(Plan.PlannedColumn::type)
        .contains(
            ColumnType.NUMERIC, ColumnType.BOOLEAN, ColumnType.TIMESTAMP, ColumnType.CATEGORICAL);
  }

  private static StandardInput noInput() {
    return StandardInput.streamed(InputStream.nullInputStream());
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
            noInput(),
            FitConfig.DEFAULT.withData(DataConfig.labelled(label, normal)));
  }
}
