package io.latentry.spark.plan;

import io.latentry.core.cell.CellText;
import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import java.util.List;
import org.apache.spark.sql.Row;

/** Reads rows of one table as a model's. For one thread. */
public final class RowReading {
  private final InputPlan plan;
  private final Schema schema;
  private final CellText cells;
  private final int[] targets;

  public RowReading(InputPlan plan, Schema schema, CellText cells) {
    this.plan = plan;
    this.schema = schema;
    this.cells = cells;
    RowsBuilder columns = new RowsBuilder(schema, 0);
    this.targets = schema.given().stream().mapToInt(columns::column).toArray();
  }

  public Rows read(List<Row> rows) {
    RowsBuilder builder = new RowsBuilder(schema, rows.size(), cells);
    for (Row row : rows) {
      plan.read(row, builder, targets, cells);
    }
    return builder.rows();
  }
}
