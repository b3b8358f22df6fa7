package io.latentry.ingest.read;

import io.latentry.core.cell.CellText;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.fault.FaultWords;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;

/** The rows of a Parquet file, through DuckDB, which hands over columns as Arrow vectors. */
public final class ParquetCursor implements RecordCursor {
  private static final int BATCH_ROWS = 1 << 14;

  /** Of wide tables fewer rows are read at a time, but never less than a vector of the database. */
  private static final int BATCH_CELLS = 1 << 22;

  private static final int LEAST_BATCH_ROWS = 1 << 11;

  /** Structs within structs that are read. */
  private static final int DEEPEST = 8;

  private static final String NUMBER =
      "(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|REAL|DECIMAL.*)";

  /** Types whose values text can be turned back into. */
  private static final String PLAIN_TYPE = "[A-Z_ ]+[0-9]*(\\([0-9, ]+\\))?";

  private final String file;
  private final long size;
  private final CellText meaning;
  private final TextCells cell;
  private final List<String> names = new ArrayList<>();
  private final List<ColumnType> types = new ArrayList<>();
  private final List<String> sqlTypes = new ArrayList<>();

  /** Columns that are selected a second time, as text with every digit, by their index. */
  private final Map<Integer, Integer> exact = new HashMap<>();

  private final List<String> exactProjection = new ArrayList<>();
  private final Set<String> stored;
  private final List<String> notices = new ArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final ArrowReader batches;
  private final long rows;
  private FieldVector[] vectors = {};
  private double[][] numbers = {};
  private int at = -1;
  private int inBatch;
  private long row;

  public ParquetCursor(
      Path path,
      String file,
      long size,
      CellText meaning,
      Optional<List<String>> wanted,
      Set<String> stored)
      throws IOException {
    this.stored = stored;
    this.file = file;
    this.size = size;
    this.meaning = meaning;
    this.cell = new TextCells(meaning);
    try {
      Connection connection = keep(DuckDb.toRead(path));
      // Columns are those of the file: its folder's name must neither add nor replace any.
      String source =
          "read_parquet(%s, hive_partitioning = false, union_by_name = false, filename = false)"
              .formatted(DuckDb.source(path));
      String projection = describe(connection, source, wanted);
      rows = count(connection, source);
      PreparedStatement statement =
          keep(connection.prepareStatement("SELECT " + projection + " FROM " + source));
      ResultSet result = keep(statement.executeQuery());
      BufferAllocator allocator = keep(new RootAllocator());
      batches =
          keep(
              (ArrowReader)
                  result
                      .unwrap(DuckDBResultSet.class)
                      .arrowExportStream(allocator, batchRows(names.size() + exact.size())));
    } catch (SQLException broken) {
      close();
      throw unreadable(broken);
    } catch (RuntimeException refused) {
      close();
      throw refused;
    }
  }

  private static int batchRows(int columns) {
    int rows = BATCH_CELLS / Math.max(1, columns);
    return Math.min(BATCH_ROWS, Math.max(LEAST_BATCH_ROWS, rows));
  }

  private <T extends AutoCloseable> T keep(T resource) {
    open.add(resource);
    return resource;
  }

  /** Learns the columns; the select list that brings each to a double, a long or a string. */
  private String describe(Connection connection, String source, Optional<List<String>> wanted)
      throws SQLException {
    Set<String> asked = wanted.map(HashSet::new).orElseGet(HashSet::new);
    List<String> projection = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet columns = statement.executeQuery("DESCRIBE SELECT * FROM " + source)) {
      while (columns.next()) {
        String name = columns.getString(1);
        describe(name, DuckDb.identifier(name), columns.getString(2), wanted.map(w -> asked), 0)
            .forEach(projection::add);
      }
    }
    if (projection.isEmpty()) {
      projection.add("CAST(0 AS DOUBLE)");
    }
    exact.replaceAll((column, place) -> place + names.size());
    projection.addAll(exactProjection);
    return String.join(", ", projection);
  }

  /**
   * What to select of one column, and of those of a struct one by one, called {@code outer.inner}.
   *
   * @param column in SQL
   * @param asked the columns to read; empty: all
   */
  private List<String> describe(
      String name, String column, String type, Optional<Set<String>> asked, int depth) {
    if (type.startsWith("STRUCT(") && type.endsWith(")") && depth < DEEPEST) {
      List<String> projection = new ArrayList<>();
      for (String field : fields(type.substring("STRUCT(".length(), type.length() - 1))) {
        int end = endOfName(field);
        String inner = field.substring(0, end);
        String plain =
            inner.startsWith("\"")
                ? inner.substring(1, inner.length() - 1).replace("\"\"", "\"")
                : inner;
        projection.addAll(
            describe(
                name + "." + plain,
                "struct_extract(" + column + ", '" + plain.replace("'", "''") + "')",
                field.substring(end).strip(),
                asked,
                depth + 1));
      }
      return projection;
    }
    if (asked.isPresent() && !asked.get().contains(name)) {
      return List.of();
    }
    if (type.matches(NUMBER)) {
      addColumn(name, ColumnType.NUMERIC, column, type);
      return List.of("CAST(" + column + " AS DOUBLE)");
    }
    if (type.equals("BOOLEAN")) {
      addColumn(name, ColumnType.BOOLEAN, column, type);
      return List.of("CAST(" + column + " AS DOUBLE)");
    }
    if (type.startsWith("TIMESTAMP") || type.equals("DATE")) {
      addColumn(name, ColumnType.TIMESTAMP, column, type);
      // Nanoseconds with a zone are called TIMESTAMPTZ_NS, and have no other function or cast.
      boolean zoned = type.startsWith("TIMESTAMPTZ") || type.endsWith("TIME ZONE");
      String moment = "CAST(" + column + " AS " + (zoned ? "TIMESTAMPTZ" : "TIMESTAMP") + ")";
      // epoch_ms rounds up where text is cut off.
      return List.of("CAST(floor(epoch_us(" + moment + ") / 1000) AS BIGINT)");
    }
    if (type.matches("VARCHAR|UUID|ENUM.*|TIME.*|INTERVAL")) {
      addColumn(name, ColumnType.TEXT, column, type);
      return List.of("CAST(" + column + " AS VARCHAR)");
    }
    notices.add(
        "column '%s' of %s: %s is empty, nested or binary and is not read"
            .formatted(name, file, type));
    return List.of();
  }

  /** The fields of a struct, each a name and a type. */
  private static List<String> fields(String struct) {
    List<String> fields = new ArrayList<>();
    int depth = 0;
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < struct.length(); i++) {
      char c = struct.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted) {
        depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
        if (c == ',' && depth == 0) {
          fields.add(struct.substring(from, i).strip());
          from = i + 1;
        }
      }
    }
    fields.add(struct.substring(from).strip());
    return fields;
  }

  private static int endOfName(String field) {
    boolean quoted = false;
    for (int i = 0; i < field.length(); i++) {
      if (field.charAt(i) == '"') {
        quoted = !quoted;
      } else if (!quoted && field.charAt(i) == ' ') {
        return i;
      }
    }
    return field.length();
  }

  private void addColumn(String name, ColumnType type, String column, String sqlType) {
    if (stored.contains(name) && sqlType.matches("U?(BIG|HUGE)INT|DECIMAL.*|DATE|TIMESTAMP.*")) {
      exact.put(names.size(), exactProjection.size());
      exactProjection.add("CAST(" + column + " AS VARCHAR)");
    }
    names.add(name);
    types.add(type);
    sqlTypes.add(sqlType);
  }

  @Override
  public Optional<String> storedType(int column) {
    return Optional.of(sqlTypes.get(column)).filter(type -> type.matches(PLAIN_TYPE));
  }

  @Override
  public String stored(int column, boolean typed) {
    Integer place = exact.get(column);
    if (place == null
        || (!typed && types.get(column) == ColumnType.TIMESTAMP)
        || vectors[place].isNull(at)) {
      return text(column);
    }
    return new String(((VarCharVector) vectors[place]).get(at), StandardCharsets.UTF_8);
  }

  private static long count(Connection connection, String source) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT count(*) FROM " + source)) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  private DataException unreadable(Exception broken) {
    return new DataException(
        "%s: cannot be read as Parquet: %s (expected: a whole Parquet file, of whose columns a group of rows takes less than 1 GB)"
            .formatted(file, FaultWords.of(broken)),
        broken);
  }

  @Override
  public List<String> columns() {
    return names;
  }

  @Override
  public Optional<ColumnType> declared(int column) {
    return Optional.of(types.get(column));
  }

  @Override
  public boolean next() throws IOException {
    at++;
    while (at >= inBatch) {
      try {
        if (!batches.loadNextBatch()) {
          return false;
        }
        inBatch = batches.getVectorSchemaRoot().getRowCount();
        vectors = batches.getVectorSchemaRoot().getFieldVectors().toArray(FieldVector[]::new);
        copyNumbers();
      } catch (IOException | RuntimeException broken) {
        throw unreadable(broken);
      }
      at = 0;
    }
    row++;
    return true;
  }

  /**
   * Takes number columns over in bulk, NaN for missing: a vector's own getters cost a check each.
   */
  private void copyNumbers() {
    if (numbers.length == 0) {
      numbers = new double[vectors.length][0];
    }
    for (int j = 0; j < vectors.length; j++) {
      if (!(vectors[j] instanceof Float8Vector vector)) {
        continue;
      }
      double[] own = numbers[j];
      if (own.length < inBatch) {
        own = new double[inBatch];
        numbers[j] = own;
      }
      vector
          .getDataBuffer()
          .nioBuffer(0, inBatch * Float8Vector.TYPE_WIDTH)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asDoubleBuffer()
          .get(own, 0, inBatch);
      if (vector.getNullCount() > 0) {
        for (int i = 0; i < inBatch; i++) {
          if (vector.isNull(i)) {
            own[i] = Double.NaN;
          }
        }
      }
    }
  }

  @Override
  public String where() {
    return "row " + row;
  }

  @Override
  public @Nullable String fault() {
    return null;
  }

  @Override
  public boolean isMissing(int column) {
    double[] own = numbers[column];
    FieldVector vector = vectors[column];
    if (own.length > 0 ? Double.isNaN(own[at]) : vector.isNull(at)) {
      return true;
    }
    boolean marked = vector instanceof VarCharVector || meaning.marksTypedValues();
    return marked && (meaning.isMissing(text(column)) || isMissingNumber(own));
  }

  private boolean isMissingNumber(double[] own) {
    return own.length > 0 && meaning.isMissing(own[at]);
  }

  @Override
  public boolean isTyped(int column) {
    return types.get(column) != ColumnType.TEXT;
  }

  @Override
  public Point point(int column) {
    boolean text = types.get(column) == ColumnType.TEXT;
    return text ? cell(column).point(0) : Point.NONE;
  }

  @Override
  public double number(int column) {
    double[] own = numbers[column];
    if (own.length > 0) {
      // A truth value is no number, as it is none in a file of text.
      return types.get(column) == ColumnType.BOOLEAN ? Double.NaN : own[at];
    }
    return types.get(column) == ColumnType.TEXT ? cell(column).number(0) : Double.NaN;
  }

  @Override
  public double truth(int column) {
    double[] own = numbers[column];
    if (own.length > 0) {
      double value = own[at];
      return value == 0 || value == 1 ? value : Double.NaN;
    }
    return types.get(column) == ColumnType.TEXT ? cell(column).truth(0) : Double.NaN;
  }

  @Override
  public double epochMillis(int column) {
    if (vectors[column] instanceof BigIntVector moments) {
      return moments.get(at);
    }
    return types.get(column) == ColumnType.TEXT ? cell(column).epochMillis(0) : Double.NaN;
  }

  private TextCells cell(int column) {
    cell.clear();
    char[] text = text(column).toCharArray();
    cell.add(text, 0, text.length);
    return cell;
  }

  @Override
  public String text(int column) {
    FieldVector vector = vectors[column];
    if (vector.isNull(at)) {
      return "";
    }
    double[] own = numbers[column];
    if (own.length > 0) {
      return numberText(column, own[at]);
    }
    if (vector instanceof BigIntVector moments) {
      return Instant.ofEpochMilli(moments.get(at)).toString();
    }
    return CellText.trimmed(new String(((VarCharVector) vector).get(at), StandardCharsets.UTF_8));
  }

  private String numberText(int column, double value) {
    if (types.get(column) == ColumnType.BOOLEAN) {
      return value == 1 ? "true" : "false";
    }
    return NumberForm.text(value);
  }

  @Override
  public long bytesRead() {
    return rows == 0 ? size : (long) (size * ((double) row / rows));
  }

  @Override
  public List<String> notices() {
    return notices;
  }

  @Override
  public void close() throws IOException {
    for (int i = open.size() - 1; i >= 0; i--) {
      try {
        open.get(i).close();
      } catch (Exception failed) {
        throw new IOException(file + ": cannot be closed", failed);
      }
    }
    open.clear();
  }
}
