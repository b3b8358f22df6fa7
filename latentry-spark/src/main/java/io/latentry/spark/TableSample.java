package io.latentry.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.latentry.core.data.DataException;
import io.latentry.ingest.table.SampledTable;
import io.latentry.ingest.table.TableProfile;
import io.latentry.ingest.table.TableTally;
import io.latentry.spark.plan.InputPlan;
import io.latentry.spark.plan.InputPlan.Source;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.VariantType;
import org.jspecify.annotations.Nullable;

/**
 * What a fit on one machine needs of a table that no machine holds: a sample of its rows, and what
 * all of them show. Executors look at the rows; the driver gets sums.
 *
 * <p>Two passes: one looks, one draws. Where numbers are written in texts with a comma or a unit, a
 * third looks once more.
 */
public final class TableSample {
  /** The most rows that a fit looks at, unless it is told otherwise. */
  public static final int ROWS = 250_000;

  /** With fewer a fit has too little to calibrate on. */
  public static final int FEWEST_ROWS = 1_000;

  /** The file with what all rows show, beside those of the sample. */
  public static final String TABLE = "table.json";

  private static final String DRAW = "_latentry_draw";

  private final SparkSession spark;
  private final Dataset<Row> rows;
  private final long seed;
  private final TableProfile profile;

  private TableSample(SparkSession spark, Dataset<Row> rows, long seed, TableProfile profile) {
    this.spark = spark;
    this.rows = rows;
    this.seed = seed;
    this.profile = profile;
  }

  /**
   * Looks at every row, and settles which are drawn.
   *
   * @param name of the table, for messages
   * @param delimiter between the cells of CSV files; empty of other tables
   * @param most rows that are drawn
   * @throws DataException if there is no row, or no column that a fit can read
   */
  public static TableSample of(
      Dataset<?> table, String name, Optional<Character> delimiter, int most, long seed) {
    if (most < FEWEST_ROWS) {
      throw new IllegalArgumentException(
          "rows: %d (expected: at least %d)".formatted(most, FEWEST_ROWS));
    }
    SparkSession spark = table.sparkSession();
    Dataset<Row> all = table.toDF();
    Map<String, Source> columns = new LinkedHashMap<>(InputPlan.readable(all.schema()));
    @Nullable Source corrupt =
        columns.remove(spark.conf().get("spark.sql.columnNameOfCorruptRecord"));
    if (columns.isEmpty()) {
      throw new DataException(
          name + ": no column of numbers, truth values, moments or text (expected: at least one)");
    }
    JavaRDD<Row> looked = all.toJavaRDD();
    TableTally tally = TallyPartition.sum(looked, new TallyPartition(columns, corrupt, Map.of()));
    TableTally.Forms forms = tally.forms(delimiter);
    if (!forms.byColumn().isEmpty()) {
      tally = TallyPartition.sum(looked, new TallyPartition(columns, corrupt, forms.byColumn()));
    }
    List<String> notices = new ArrayList<>(forms.notices());
    List<String> read = readable(all.schema(), columns, corrupt, notices);
    TableProfile profile = tally.profile(name, forms.byColumn(), notices);
    long readable = profile.rows() - profile.faultyRows();
    Dataset<Row> whole =
        corrupt == null
            ? all
            : all.filter(column(spark.conf().get("spark.sql.columnNameOfCorruptRecord")).isNull());
    return new TableSample(spark, draw(whole, read, most, readable, seed), seed, profile);
  }

  /** The columns that a fit can read something of. */
  private static List<String> readable(
      StructType table,
      Map<String, Source> columns,
      @Nullable Source corrupt,
      List<String> notices) {
    List<String> read = new ArrayList<>();
    for (int j = 0; j < table.fields().length; j++) {
      StructField field = table.fields()[j];
      int place = j;
      if (columns.values().stream().anyMatch(source -> source.path()[0] == place)) {
        read.add(field.name());
      } else if (corrupt == null || corrupt.path()[0] != place) {
        notices.add(
            "column '%s': %s is empty, nested or binary and is not read"
                .formatted(field.name(), field.dataType().simpleString()));
      }
    }
    return read;
  }

  /**
   * A row in {@code most} of {@code all}, in an order by chance. Some more are drawn than are kept,
   * so that it is but rarely, and by little, fewer.
   */
  private static Dataset<Row> draw(
      Dataset<Row> table, List<String> read, int most, long all, long seed) {
    Column[] columns = read.stream().map(TableSample::column).toArray(Column[]::new);
    Dataset<Row> chosen = table.select(columns);
    Column[] hashed =
        Arrays.stream(chosen.schema().fields())
            .filter(field -> isHashable(field.dataType()))
            .map(field -> column(field.name()))
            .toArray(Column[]::new);
    Dataset<Row> withHash = chosen.withColumn(DRAW, functions.xxhash64(hashed));
    double share = (most + 6 * Math.sqrt(most) + 10) / Math.max(1, all);
    StructType schema = chosen.schema().add(DRAW, DataTypes.LongType);
    return withHash
        .mapPartitions(new DrawPartition(seed, share), Encoders.row(schema))
        .orderBy(column(DRAW))
        .limit(most)
        .drop(DRAW);
  }

  private static boolean isHashable(DataType type) {
    if (type instanceof StructType struct) {
      return Arrays.stream(struct.fields()).allMatch(field -> isHashable(field.dataType()));
    }
    return type instanceof ArrayType array
        ? isHashable(array.elementType())
        : !(type instanceof MapType || type instanceof VariantType);
  }

  private static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  /** What all rows of the table show. */
  public TableProfile profile() {
    return profile;
  }

  /** The rows that were drawn, in an order by chance. */
  public Dataset<Row> rows() {
    return rows;
  }

  /**
   * Writes the sample, as Parquet, and {@value #TABLE} beside it.
   *
   * @param folder that is not there yet, in any file system of the session
   * @return what was written
   */
  public SampledTable write(String folder) throws IOException {
    rows.coalesce(1).write().parquet(folder);
    SampledTable whole =
        new SampledTable((int) spark.read().parquet(folder).count(), seed, profile);
    Path file = new Path(folder, TABLE);
    try (OutputStream out = SmallFiles.of(spark, file).create(file)) {
      out.write(whole.json().getBytes(UTF_8));
    }
    return whole;
  }
}
