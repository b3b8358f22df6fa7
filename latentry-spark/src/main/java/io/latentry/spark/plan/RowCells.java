package io.latentry.spark.plan;

import io.latentry.core.cell.CellText;
import io.latentry.core.cell.NumberForm;
import io.latentry.ingest.read.Cells;
import io.latentry.ingest.read.TextCells;
import io.latentry.spark.plan.InputPlan.Source;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The cells of one row of Spark's after the other, as a Parquet file of it would have them. */
public final class RowCells implements Cells {
  private final List<Source> sources;
  private final CellText meaning = CellText.USUAL;
  private final TextCells cell = new TextCells(meaning);
  private final @Nullable Object[] values;

  public RowCells(List<Source> sources) {
    this.sources = sources;
    this.values = new Object[sources.size()];
  }

  /** The cells of {@code row} from now on. */
  public RowCells at(Row row) {
    for (int j = 0; j < values.length; j++) {
      values[j] = sources.get(j).value(row);
    }
    return this;
  }

  private CellKind kind(int column) {
    return sources.get(column).kind();
  }

  @Override
  public boolean isMissing(int column) {
    Object value = values[column];
    return value == null
        || switch (kind(column)) {
          case NUMBER -> Double.isNaN(((Number) value).doubleValue());
          case TEXT -> meaning.isMissing(text(column));
          default -> false;
        };
  }

  @Override
  public boolean isTyped(int column) {
    return kind(column) != CellKind.TEXT;
  }

  @Override
  public Point point(int column) {
    return kind(column) == CellKind.TEXT ? cell(column).point(0) : Point.NONE;
  }

  @Override
  public double number(int column) {
    return switch (kind(column)) {
      case NUMBER -> ((Number) given(column)).doubleValue();
      case TEXT -> cell(column).number(0);
      default -> Double.NaN;
    };
  }

  @Override
  public double truth(int column) {
    return switch (kind(column)) {
      case TRUTH -> (Boolean) given(column) ? 1 : 0;
      case NUMBER -> {
        double value = ((Number) given(column)).doubleValue();
        yield value == 0 || value == 1 ? value : Double.NaN;
      }
      case TEXT -> cell(column).truth(0);
      default -> Double.NaN;
    };
  }

  @Override
  public double epochMillis(int column) {
    return switch (kind(column)) {
      case MOMENT -> CellKind.epochMillis(given(column));
      case TEXT -> cell(column).epochMillis(0);
      default -> Double.NaN;
    };
  }

  @Override
  public String text(int column) {
    Object value = values[column];
    if (value == null) {
      return "";
    }
    return switch (kind(column)) {
      case NUMBER -> NumberForm.text(((Number) value).doubleValue());
      case MOMENT -> Instant.ofEpochMilli(CellKind.epochMillis(value)).toString();
      default -> CellText.trimmed(value.toString());
    };
  }

  private TextCells cell(int column) {
    cell.clear();
    char[] text = text(column).toCharArray();
    cell.add(text, 0, text.length);
    return cell;
  }

  private Object given(int column) {
    Object value = values[column];
    if (value == null) {
      throw new IllegalStateException("column " + column + ": no value");
    }
    return value;
  }
}
