package io.latentry.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SegmentThresholdTest {
  private static final Schema SCHEMA =
      Schema.ordered(
          List.of(
              Column.numeric("pressure", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 9).less(100),
              Column.numeric("open", ColumnType.BOOLEAN, MissingPolicy.IMPUTE, 0, 1),
              Column.categorical(
                  "site", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("a", "b"))),
          List.of());
  private static final Threshold COMMON =
      new Threshold(2, Threshold.Rule.QUANTILE, 0.01, 0.02, 300, "m", "fit");

  private static final Rows ROWS =
      Rows.of(
          SCHEMA,
          4,
          new float[] {1, 1, 5, 0, Float.NaN, Float.NaN, 9, 1},
          new String[] {"a", "b", "", "new"});

  private static double[] limits(SegmentThreshold... segments) {
    return COMMON.with(List.of(segments), "test").limits(ROWS);
  }

  @Test
  void aRowOfASegmentHasTheThresholdOfThat() {
    assertThat(limits()).containsExactly(2, 2, 2, 2);
    assertThat(limits(SegmentThreshold.of("site", "b", 3))).containsExactly(2, 3, 2, 2);
    assertThat(limits(SegmentThreshold.of("site", "", 3))).containsExactly(2, 2, 3, 2);
    assertThat(limits(SegmentThreshold.of("site", "new", 3))).containsExactly(2, 2, 2, 3);
    assertThat(limits(SegmentThreshold.of("open", "true", 1))).containsExactly(1, 2, 2, 1);
    assertThat(limits(SegmentThreshold.of("open", "false", 1))).containsExactly(2, 1, 2, 2);
  }

  @Test
  void aRangeOfNumbersIsInTheUnitOfTheColumnWithItsEnds() {
    assertThat(limits(new SegmentThreshold("pressure", null, 101.0, 105.0, null)))
        .containsExactly(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 2, 2);
    assertThat(limits(new SegmentThreshold("pressure", null, 105.5, null, 7.0)))
        .containsExactly(2, 2, 2, 7);
    assertThat(limits(new SegmentThreshold("pressure", null, null, 101.0, 7.0)))
        .containsExactly(7, 2, 2, 2);
  }

  @Test
  void theEndsOfARangeAreCutToFloat32AsTheNumbersOfARowAre() {
    Schema schema =
        Schema.ordered(
            List.of(
                Column.numeric("plain", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 9),
                Column.numeric("less", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 9).less(1e9)),
            List.of());
    float less = schema.columns().get(1).centred(1e9 + 0.3);
    Rows rows = Rows.of(schema, 2, new float[] {0.3f, less, 0.7f, less}, new String[0]);
    Threshold to = COMMON.with(List.of(new SegmentThreshold("plain", null, null, 0.3, 5.0)), "");
    assertThat(to.limits(rows)).containsExactly(5, 2);
    Threshold from = COMMON.with(List.of(new SegmentThreshold("plain", null, 0.7, null, 5.0)), "");
    assertThat(from.limits(rows)).containsExactly(2, 5);
    Threshold both =
        COMMON.with(List.of(new SegmentThreshold("less", null, 1e9 + 0.3, 1e9 + 0.3, 5.0)), "");
    assertThat(both.limits(rows)).containsExactly(5, 5);
  }

  @Test
  void ofSeveralTheFirstCounts() {
    assertThat(
            limits(
                SegmentThreshold.of("site", "a", 3),
                SegmentThreshold.of("open", "true", 4),
                SegmentThreshold.of("site", "a", 5)))
        .containsExactly(3, 2, 2, 4);
  }

  @Test
  void whatAModelCannotTellIsRefused() {
    for (SegmentThreshold wrong :
        List.of(
            SegmentThreshold.of("plant", "a", 3),
            SegmentThreshold.of("pressure", "a", 3),
            SegmentThreshold.of("open", "yes", 3),
            new SegmentThreshold("site", null, 1.0, 2.0, 3.0))) {
      assertThatThrownBy(() -> COMMON.with(List.of(wrong), "test").requireOf(SCHEMA))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("segment " + wrong.where());
    }
    assertThatThrownBy(() -> new SegmentThreshold("site", null, null, null, 3.0))
        .hasMessageContaining("a value, or a range");
    assertThatThrownBy(() -> new SegmentThreshold("site", null, 2.0, 1.0, 3.0))
        .hasMessageContaining("ascending");
    assertThatThrownBy(() -> SegmentThreshold.of("site", "a", Double.NaN))
        .hasMessageContaining("finite");
  }

  @Test
  void aThresholdWithoutSegmentsIsWrittenAsItWasBeforeThereWereAny() {
    String before =
        "{\"score\":2.0,\"rule\":\"quantile\",\"false_alarm_rate\":0.01,"
            + "\"false_alarm_rate_upper_bound\":0.02,\"calibration_rows\":300,\"model_id\":\"m\","
            + "\"origin\":\"fit\"}";
    assertThat(ArtifactJson.write(COMMON)).isEqualTo(before);
    assertThat(ArtifactJson.readThreshold(before)).isEqualTo(COMMON);

    Threshold with =
        COMMON.with(
            List.of(
                SegmentThreshold.of("site", "a", 3),
                new SegmentThreshold("pressure", null, 1.0, null, null)),
            "test");
    String written = ArtifactJson.write(with);
    assertThat(written)
        .contains(
            "\"segments\":[{\"column\":\"site\",\"value\":\"a\",\"score\":3.0},"
                + "{\"column\":\"pressure\",\"from\":1.0,\"score\":null}]");
    assertThat(ArtifactJson.readThreshold(written)).isEqualTo(with);
  }
}
