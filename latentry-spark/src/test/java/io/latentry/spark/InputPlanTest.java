package io.latentry.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.cell.CellText;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import io.latentry.spark.plan.InputPlan;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

final class InputPlanTest {
  private static final Schema NESTED =
      new Schema(
          List.of(
              Column.numeric("meter.value", ColumnType.NUMERIC, MissingPolicy.REJECT, 0, 1),
              Column.numeric("meter.read.at", ColumnType.TIMESTAMP, MissingPolicy.REJECT, 0, 1)),
          List.of());

  @Test
  void aFieldWithinAStructIsCalledByBothNames() {
    var table =
        Tables.sql(
            "SELECT struct(1.5 AS value, struct(DATE'1970-01-05' AS at) AS read) AS meter"
                + " UNION ALL SELECT NULL");
    InputPlan plan = InputPlan.of(NESTED, table.schema(), "_corrupt_record", false);
    RowsBuilder rows = new RowsBuilder(NESTED);

    for (Row row : table.collectAsList()) {
      plan.read(row, rows, new int[] {0, 1}, CellText.USUAL);
    }

    assertThat(rows.rows().numeric()).containsExactly(1.5f, 0, Float.NaN, Float.NaN);
  }

  @Test
  void aStructItselfIsNoCell() {
    Schema schema =
        new Schema(
            List.of(Column.numeric("meter", ColumnType.NUMERIC, MissingPolicy.REJECT, 0, 1)),
            List.of());
    var table = Tables.sql("SELECT struct(1 AS value) AS meter").schema();

    assertThatThrownBy(() -> InputPlan.of(schema, table, "_corrupt_record", false))
        .hasMessageContaining("column 'meter': struct<value:int> (expected: a number");
  }

  @Test
  void typedCellsThatStandForNoValueAreMissing() {
    Schema schema =
        new Schema(
            List.of(
                Column.numeric("on", ColumnType.BOOLEAN, MissingPolicy.REJECT, 0, 1),
                Column.numeric("at", ColumnType.TIMESTAMP, MissingPolicy.REJECT, 0, 1)),
            List.of());
    CellText cells = CellText.of(Set.of("false", "1970-01-01T00:00:00Z"));
    var table = Tables.sql("SELECT false AS on, TIMESTAMP'1970-01-01 00:00:00Z' AS at");
    InputPlan plan = InputPlan.of(schema, table.schema(), "_corrupt_record", false);
    RowsBuilder rows = new RowsBuilder(schema, 1, cells);

    plan.read(table.first(), rows, new int[] {0, 1}, cells);

    assertThat(rows.rows().numeric()).containsExactly(Float.NaN, Float.NaN);
  }
}
