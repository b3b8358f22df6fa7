package io.latentry.model;

import io.latentry.core.data.RowsBuilder;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The values of a database's row. */
final class ResultSetValues {
  private final ResultSet rows;
  private final List<String> labels = new ArrayList<>();

  ResultSetValues(ResultSet rows) throws SQLException {
    this.rows = rows;
    ResultSetMetaData about = rows.getMetaData();
    for (int i = 1; i <= about.getColumnCount(); i++) {
      labels.add(about.getColumnLabel(i));
    }
  }

  /** Gives the row at which the cursor is. */
  void give(RowsBuilder builder) throws SQLException {
    for (int i = 0; i < labels.size(); i++) {
      String label = labels.get(i);
      int column = Names.column(builder, label);
      if (column >= 0) {
        Values.set(builder, column, label, rows.getObject(i + 1));
      }
    }
    builder.endRow();
  }
}
