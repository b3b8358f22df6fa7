package io.latentry.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class UnitChangeTest {

  private static Column column(String name, double min, double max) {
    return Column.numeric(name, ColumnType.NUMERIC, MissingPolicy.REJECT, min, max);
  }

  private static String told(String name, double min, double max, double value) {
    return UnitChange.of(column(name, min, max), value).map(UnitChange::told).orElse("");
  }

  @Test
  void theUnitInWhichANumberWouldBeUsualIsAskedFor() {
    assertThat(told("flow", 8.2, 11.4, 9_812))
        .isEqualTo("9.812 would be usual: another unit, a factor of 1,000?");
    assertThat(told("flow", 820, 1_140, 0.98))
        .isEqualTo("980 would be usual: another unit, a factor of 1/1,000?");
    assertThat(told("flow", -1_140, -820, -0.98)).startsWith("-980 would be usual");
    assertThat(told("minutes", 10, 30, 1_200))
        .isEqualTo("20 would be usual: another unit, a factor of 60?");
    assertThat(told("seconds", 600, 1_800, 20)).endsWith("a factor of 1/60?");
    assertThat(told("oil_temp", 61, 88, 158)).isEqualTo("70 would be usual: degrees Fahrenheit?");
    assertThat(told("Temperature", 140, 190, 70)).isEqualTo("158 would be usual: degrees Celsius?");
  }

  @Test
  void whereChanceWouldDoNothingIsAsked() {
    assertThat(told("flow", 8.2, 11.4, 300)).isEmpty();
    assertThat(told("flow", 61, 88, 158)).as("no temperature by its name").isEmpty();
    for (String name : List.of("login_attempts", "template_id", "tempo", "temporary_users")) {
      assertThat(told(name, 61, 88, 158)).as(name).isEmpty();
    }
    assertThat(told("flow", -1, 11, 9_812)).as("a range about zero").isEmpty();
    assertThat(told("flow", 0.01, 11, 9_812)).as("a wide range").isEmpty();
  }

  /** Where a range is wide, a number of another unit lies beyond it, but is no novelty. */
  @Test
  void aNumberWellBeyondItsRangeIsToldOfAnAnomaly() {
    Column wide =
        column("load", 100, 300)
            .with(
                new Novelty(
                    NoveltyPolicy.ANOMALY, 6, 600, List.of(-100.0, 500.0), false, false, null));
    Schema schema = new Schema(List.of(wide), List.of());
    RowScreen screen = new RowScreen(schema);
    RowsBuilder rows = new RowsBuilder(schema);
    for (double load : new double[] {0.2, 400, 320, 700}) {
      rows.set(0, load);
      rows.endRow();
    }

    assertThat(screen.novelties(rows.rows(), 0)).isNull();
    assertThat(screen.beyond(rows.rows(), 0))
        .isEqualTo(
            "load was 100 to 300 in all 600 normal rows, now 0.2 (200 would be usual: another unit,"
                + " a factor of 1/1,000?)");
    assertThat(screen.beyond(rows.rows(), 1))
        .isEqualTo("load was 100 to 300 in all 600 normal rows, now 400");
    assertThat(screen.beyond(rows.rows(), 2)).isNull();
    assertThat(screen.novelties(rows.rows(), 3)).isNotNull();
  }

  @Test
  void theReasonOfANumberFarBeyondItsRangeAsks() {
    Column measured =
        column("flow", 8, 11)
            .with(
                new Novelty(NoveltyPolicy.ANOMALY, 6, 600, List.of(5.0, 14.0), false, false, null));
    assertThat(NoveltyWords.of(measured, 9_812, "9812", ""))
        .isEqualTo(
            "flow was 8 to 11 in all 600 normal rows, now 9812 (9.812 would be usual: another"
                + " unit, a factor of 1,000?)");
    Column twoValues =
        measured.with(
            new Novelty(NoveltyPolicy.ANOMALY, 6, 600, List.of(8.0, 11.0), true, false, null));
    assertThat(NoveltyWords.of(twoValues, 8_000, "8000", "")).endsWith("now 8000");
  }
}
