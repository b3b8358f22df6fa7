package io.latentry.spark.plan;

import io.latentry.core.cell.CellText;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import io.latentry.core.settings.Spelling;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Where in the rows of a table the columns of a model are. A field within a struct is called {@code
 * outer.inner}, as in a Parquet file.
 *
 * @param sources by column that a row is given, in the order of {@link Schema#given}; null where
 *     the table lacks one that it may lack
 * @param corrupt where Spark's readers put what they could not read as a row; null if nowhere
 */
public record InputPlan(List<@Nullable Source> sources, @Nullable Source corrupt)
    implements Serializable {
  private static final long serialVersionUID = 1;

  private static final int SHOWN = 5;

  /** Structs within structs that are read. */
  private static final int DEEPEST = 8;

  /**
   * A column of the table.
   *
   * @param path places in structs, from the row's inwards
   */
  public record Source(int[] path, CellKind kind) implements Serializable {
    private static final long serialVersionUID = 1;

    /** Null where it, or a struct around it, is. */
    public @Nullable Object value(Row row) {
      Row within = row;
      for (int i = 0; i + 1 < path.length; i++) {
        within = within.isNullAt(path[i]) ? null : within.getStruct(path[i]);
        if (within == null) {
          return null;
        }
      }
      return within.get(path[path.length - 1]);
    }

    /** Empty where it is missing. */
    String text(Row row) {
      Object value = value(row);
      return value == null ? "" : kind.text(value);
    }
  }

  /** A column that the table has, however deep. */
  private record Found(String name, int[] path, StructField field) {}

  /**
   * Finds each column of the model by its name; where there is none and names do not depend on
   * case, by the only one that is the same but for that.
   *
   * @param corruptName the column, if there is one, of what could not be read as a row
   * @throws DataException if one is not there, is there more than once, or is of a type that no
   *     cell of the model's column can have
   */
  public static InputPlan of(
      Schema schema, StructType table, String corruptName, boolean caseSensitive) {
    List<Found> columns = new ArrayList<>();
    gather(table, "", new int[0], columns);
    RowsBuilder builder = new RowsBuilder(schema, 0);
    Set<String> optional = schema.optional();
    List<@Nullable Source> sources = new ArrayList<>();
    List<String> lacking = new ArrayList<>();
    for (String name : schema.given()) {
      Found own = found(columns, name, caseSensitive);
      if (own == null) {
        if (!optional.contains(name)) {
          lacking.add(name);
        }
        sources.add(null);
      } else {
        sources.add(source(own, builder.type(builder.column(name))));
      }
    }
    if (!lacking.isEmpty()) {
      throw missing(lacking, columns.stream().map(Found::name).toList(), schema.given());
    }
    Source corrupt =
        schema.given().contains(corruptName)
            ? null
            : columns.stream()
                .filter(c -> c.name.equals(corruptName) && c.field.dataType() instanceof StringType)
                .map(c -> new Source(c.path, CellKind.TEXT))
                .findFirst()
                .orElse(null);
    return new InputPlan(sources, corrupt);
  }

  /**
   * Where the columns are that a fit can read, by name; structs are taken apart.
   *
   * @throws DataException if two have one name
   */
  public static Map<String, Source> readable(StructType table) {
    List<Found> columns = new ArrayList<>();
    gather(table, "", new int[0], columns);
    Map<String, Source> readable = new LinkedHashMap<>();
    for (Found column : columns) {
      CellKind kind = CellKind.of(column.field.dataType()).orElse(CellKind.NOTHING);
      if (kind != CellKind.NOTHING
          && readable.put(column.name, new Source(column.path, kind)) != null) {
        throw new DataException(
            "column '%s': twice (expected: unique names); rename one".formatted(column.name));
      }
    }
    return readable;
  }

  /**
   * Where a column is that is no input of the model.
   *
   * @param what it is to the model, in words
   * @throws DataException if it is not there, is there more than once, or holds no single values
   */
  public static Source beside(StructType table, String name, String what, boolean caseSensitive) {
    List<Found> columns = new ArrayList<>();
    gather(table, "", new int[0], columns);
    Found own = found(columns, name, caseSensitive);
    if (own == null) {
      throw new DataException(
          "no column '%s' (expected: the %s; columns there: %s); rename it or add it"
              .formatted(name, what, listed(columns.stream().map(Found::name).toList())));
    }
    CellKind kind = CellKind.of(own.field.dataType()).orElse(null);
    if (kind == null) {
      throw new DataException(
          "column '%s': %s (expected: the %s, a single value); cast it"
              .formatted(name, own.field.dataType().simpleString(), what));
    }
    return new Source(own.path, kind);
  }

  private static @Nullable Found found(List<Found> columns, String name, boolean caseSensitive) {
    List<Found> own = columns.stream().filter(c -> c.name.equals(name)).toList();
    if (own.isEmpty() && !caseSensitive) {
      own = columns.stream().filter(c -> c.name.equalsIgnoreCase(name)).toList();
    }
    if (own.size() > 1) {
      throw new DataException(
          "column '%s': %d of that name (expected: one); rename the others, or leave them out"
              .formatted(name, own.size()));
    }
    return own.isEmpty() ? null : own.get(0);
  }

  private static void gather(StructType struct, String prefix, int[] outer, List<Found> found) {
    for (int i = 0; i < struct.fields().length; i++) {
      StructField field = struct.fields()[i];
      int[] path = Arrays.copyOf(outer, outer.length + 1);
      path[outer.length] = i;
      String name = prefix + field.name();
      found.add(new Found(name, path, field));
      if (field.dataType() instanceof StructType inner && path.length <= DEEPEST) {
        gather(inner, name + ".", path, found);
      }
    }
  }

  private static Source source(Found column, ColumnType type) {
    String expected =
        switch (type) {
          case NUMERIC -> "a number, or text that says one";
          case BOOLEAN -> "boolean, a number, or text";
          case TIMESTAMP -> "timestamp, date, or text that says one";
          default -> "text, or a number, truth value or moment that is a name";
        };
    CellKind kind = CellKind.of(column.field.dataType()).orElse(null);
    if (kind == null || !kind.suits(type)) {
      throw new DataException(
          "column '%s': %s (expected: %s); cast it"
              .formatted(column.name, column.field.dataType().simpleString(), expected));
    }
    return new Source(column.path, kind);
  }

  private static DataException missing(
      List<String> lacking, List<String> there, List<String> given) {
    List<String> others = there.stream().filter(name -> !given.contains(name)).toList();
    String nearest =
        lacking.stream()
            .limit(SHOWN)
            .map(name -> nearest(name, others))
            .collect(Collectors.joining());
    return new DataException(
        "no column %s (expected: all input columns of the model; others there: %s); %srename them or add them"
            .formatted(listed(lacking), listed(others), nearest));
  }

  private static String nearest(String name, List<String> others) {
    return others.stream()
        .filter(other -> 2 * edits(name, other) < Math.min(name.length(), other.length()))
        .min(Comparator.comparingInt(other -> edits(name, other)))
        .map(other -> "'" + name + "' is nearest to '" + other + "'; ")
        .orElse("");
  }

  private static int edits(String one, String other) {
    return Spelling.distance(one.toLowerCase(Locale.ROOT), other.toLowerCase(Locale.ROOT));
  }

  private static String listed(List<String> names) {
    if (names.isEmpty()) {
      return "none";
    }
    String shown =
        names.stream().limit(SHOWN).map(n -> "'" + n + "'").collect(Collectors.joining(", "));
    return names.size() <= SHOWN ? shown : shown + " and " + (names.size() - SHOWN) + " more";
  }

  /** Reads {@code row} into {@code rows} as its next one. */
  public void read(Row row, RowsBuilder rows, int[] targets, CellText cells) {
    Object unread = corrupt == null ? null : corrupt.value(row);
    if (unread != null) {
      rows.endRow("malformed record: '" + shortened(unread.toString()) + "'");
      return;
    }
    for (int j = 0; j < targets.length; j++) {
      Source source = sources.get(j);
      Object value = source == null ? null : source.value(row);
      if (source == null || value == null) {
        rows.missing(targets[j]);
      } else {
        source.kind.set(rows, targets[j], value, cells);
      }
    }
    // Without a place: rows of a table have none.
    rows.endRow(rows.fault());
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
