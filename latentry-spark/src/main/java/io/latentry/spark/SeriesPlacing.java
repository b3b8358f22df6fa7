package io.latentry.spark;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.cell.CellText;
import io.latentry.core.series.SeriesSettings;
import io.latentry.scoring.ScorerCache;
import io.latentry.spark.plan.InputPlan;
import io.latentry.spark.plan.SeriesPlan;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Where the points of a table belong: whose each is, when it was, and which it is of those that
 * came, since of two points of one time the first counts.
 */
final class SeriesPlacing implements UDF1<Row, Row> {
  private static final long serialVersionUID = 1;

  private static final String COLUMN = "_latentry_place";

  /** Rows of a partition that are told apart. */
  private static final int ROW_BITS = 33;

  private static final StructType PLACE =
      new StructType()
          .add("key", DataTypes.StringType, false)
          .add("time", DataTypes.DoubleType, false)
          .add("came", DataTypes.LongType, false);

  private final Broadcast<byte[]> artifact;

  /** Of the cells of time and keys alone. */
  private final SeriesPlan plan;

  /** Of the task under way. */
  private transient @Nullable Manifest manifest;

  private transient long rows;

  private SeriesPlacing(Broadcast<byte[]> artifact, SeriesPlan plan) {
    this.artifact = artifact;
    this.plan = plan;
  }

  /** {@code table} with a column behind its own, which says where each point belongs. */
  static Dataset<Row> of(Dataset<Row> table, SeriesPlan plan, Broadcast<byte[]> artifact) {
    List<InputPlan.Source> gathered = new ArrayList<>();
    List<Column> cells = new ArrayList<>();
    for (InputPlan.Source source : plan.sources()) {
      cells.add(column(table.schema(), source.path()).as("c" + gathered.size()));
      gathered.add(new InputPlan.Source(new int[] {gathered.size()}, source.kind()));
    }
    // What came first is not a matter of a row's own cells.
    var place =
        functions
            .udf(new SeriesPlacing(artifact, new SeriesPlan(gathered)), PLACE)
            .asNondeterministic();
    return table.select(
        functions.col("*"), place.apply(functions.struct(cells.toArray(Column[]::new))).as(COLUMN));
  }

  private static Column column(StructType table, int[] path) {
    String name = table.fields()[path[0]].name();
    Column column = functions.col("`" + name.replace("`", "``") + "`");
    StructType within = table;
    for (int i = 1; i < path.length; i++) {
      within = (StructType) within.fields()[path[i - 1]].dataType();
      column = column.getField(within.fields()[path[i]].name());
    }
    return column;
  }

  /** The key of a placed table. */
  static Column key() {
    return functions.col(COLUMN + ".key");
  }

  /**
   * The points of each key in one partition and in order of time. Those that have no place, since
   * nobody knows when or whose they were, are spread, so that many of them are no load on one task.
   */
  static Dataset<Row> inOrder(Dataset<Row> placed) {
    Column time = functions.col(COLUMN + ".time");
    Column came = functions.col(COLUMN + ".came");
    return placed
        .repartition(key(), functions.when(functions.isnan(time), came))
        .sortWithinPartitions(key(), time, came);
  }

  /** Which of two placed rows of one key comes first. */
  static int inOrder(Row one, Row other) {
    Row own = one.getStruct(one.size() - 1);
    Row another = other.getStruct(other.size() - 1);
    int byTime = Double.compare(own.getDouble(1), another.getDouble(1));
    return byTime != 0 ? byTime : Long.compare(own.getLong(2), another.getLong(2));
  }

  @Override
  public Row call(Row cells) {
    Manifest own = manifest();
    SeriesSettings settings = own.series();
    if (settings == null) {
      throw new IllegalStateException("model: none of a series");
    }
    CellText meaning = own.reading().cells();
    SeriesPlan.Place place = plan.place(cells, settings, meaning);
    TaskContext task = TaskContext.get();
    long partition = task == null ? 0 : task.partitionId();
    return RowFactory.create(place.key(), place.time(), (partition << ROW_BITS) + rows++);
  }

  private Manifest manifest() {
    Manifest own = manifest;
    if (own == null) {
      try (ScorerCache.Lease lease = ProcessScorers.lease(artifact.value())) {
        own = lease.scorer().manifest();
      }
      manifest = own;
    }
    return own;
  }
}
