package io.latentry.spark.plan;

import io.latentry.core.cell.CellText;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.RowsBuilder;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.CharType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.VarcharType;

/**
 * What the cells of a column of Spark's are, and what each means to a model: the same as the cell
 * of a Parquet file does to {@code ./latentry score}.
 */
public enum CellKind {
  /** A decimal too is the double next to it. */
  NUMBER {
    @Override
    public String text(Object value) {
      double number = ((Number) value).doubleValue();
      return Double.isNaN(number) ? "" : NumberForm.text(number);
    }

    @Override
    public void set(RowsBuilder rows, int column, Object value, CellText cells) {
      rows.set(column, ((Number) value).doubleValue());
    }

    @Override
    public boolean suits(ColumnType type) {
      return type != ColumnType.TIMESTAMP;
    }
  },
  TRUTH {
    @Override
    public void set(RowsBuilder rows, int column, Object value, CellText cells) {
      boolean truth = (Boolean) value;
      if (cells.marksTypedValues() && cells.isMissing(String.valueOf(truth))) {
        rows.missing(column);
      } else {
        rows.set(column, truth);
      }
    }

    @Override
    public boolean suits(ColumnType type) {
      return type == ColumnType.BOOLEAN || isOfWords(type);
    }
  },
  /** A date is its midnight, and a time without a zone is one of UTC. */
  MOMENT {
    @Override
    public String text(Object value) {
      return Instant.ofEpochMilli(epochMillis(value)).toString();
    }

    @Override
    public void set(RowsBuilder rows, int column, Object value, CellText cells) {
      long millis = epochMillis(value);
      if (cells.marksTypedValues() && cells.isMissing(Instant.ofEpochMilli(millis).toString())) {
        rows.missing(column);
      } else {
        rows.setMillis(column, (double) millis);
      }
    }

    @Override
    public boolean suits(ColumnType type) {
      return type == ColumnType.TIMESTAMP || isOfWords(type);
    }
  },
  /** May say anything. */
  TEXT {
    @Override
    public void set(RowsBuilder rows, int column, Object value, CellText cells) {
      rows.set(column, value.toString());
    }

    @Override
    public boolean suits(ColumnType type) {
      return true;
    }
  },
  /** A column of which Spark knows no more than that it is empty. */
  NOTHING {
    @Override
    public String text(Object value) {
      return "";
    }

    @Override
    public void set(RowsBuilder rows, int column, Object value, CellText cells) {
      rows.missing(column);
    }

    @Override
    public boolean suits(ColumnType type) {
      return true;
    }
  };

  /** What a Parquet file of such cells says that they are. */
  public ColumnType declared() {
    return switch (this) {
      case NUMBER -> ColumnType.NUMERIC;
      case TRUTH -> ColumnType.BOOLEAN;
      case MOMENT -> ColumnType.TIMESTAMP;
      case TEXT, NOTHING -> ColumnType.TEXT;
    };
  }

  /** What a cell that is not null says as text; the empty string is missing. */
  public String text(Object value) {
    return value.toString();
  }

  /** Gives the row under way a cell that is not null. */
  public abstract void set(RowsBuilder rows, int column, Object value, CellText cells);

  /** Whether there are cells of this kind that a column of that type can take. */
  public abstract boolean suits(ColumnType type);

  private static boolean isOfWords(ColumnType type) {
    return type == ColumnType.CATEGORICAL || type == ColumnType.TEXT;
  }

  /** Empty for types that hold no single value, and those without a meaning to a model. */
  public static Optional<CellKind> of(DataType type) {
    CellKind kind = null;
    if (type instanceof NumericType) {
      kind = NUMBER;
    } else if (type instanceof BooleanType) {
      kind = TRUTH;
    } else if (type instanceof DateType
        || type instanceof TimestampType
        || type instanceof TimestampNTZType) {
      kind = MOMENT;
    } else if (type instanceof StringType
        || type instanceof CharType
        || type instanceof VarcharType) {
      kind = TEXT;
    } else if (type instanceof NullType) {
      kind = NOTHING;
    }
    return Optional.ofNullable(kind);
  }

  /** Of any of the classes that Spark gives moments as, cut to the millisecond. */
  public static long epochMillis(Object moment) {
    if (moment instanceof Timestamp timestamp) {
      return timestamp.getTime();
    }
    if (moment instanceof Instant instant) {
      return instant.toEpochMilli();
    }
    if (moment instanceof LocalDateTime time) {
      return time.toInstant(ZoneOffset.UTC).toEpochMilli();
    }
    LocalDate day = moment instanceof Date date ? date.toLocalDate() : (LocalDate) moment;
    return Math.multiplyExact(day.toEpochDay(), 86_400_000L);
  }
}
