package io.latentry.spark;

import io.latentry.scoring.ScorerCache;
import io.latentry.spark.plan.InputPlan;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/** The verdict on one row, a struct, as a function of SQL. */
final class VerdictFunction implements UDF1<Row, Row> {
  private static final long serialVersionUID = 1;

  private final Broadcast<byte[]> artifact;
  private final int explain;
  private final String corrupt;
  private final boolean caseSensitive;

  /** What the task under way judges with. */
  private transient volatile @Nullable Open open;

  private record Open(StructType table, RowJudge judge) {}

  VerdictFunction(Broadcast<byte[]> artifact, int explain, String corrupt, boolean caseSensitive) {
    this.artifact = artifact;
    this.explain = explain;
    this.corrupt = corrupt;
    this.caseSensitive = caseSensitive;
  }

  @Override
  public @Nullable Row call(@Nullable Row row) {
    if (row == null) {
      return null;
    }
    return judge(row.schema()).judge(List.of(row)).verdict(0);
  }

  // The rows of a task share one schema, and comparing its fields for each would cost more.
  @SuppressWarnings("ReferenceEquality")
  private RowJudge judge(StructType table) {
    Open own = open;
    if (own != null && own.table == table) {
      return own.judge;
    }
    return open(table);
  }

  private synchronized RowJudge open(StructType table) {
    Open own = open;
    if (own != null && own.table.equals(table)) {
      open = new Open(table, own.judge);
      return own.judge;
    }
    ScorerCache.Lease lease = ProcessScorers.lease(artifact.value());
    InputPlan plan =
        InputPlan.of(lease.scorer().manifest().schema(), table, corrupt, caseSensitive);
    RowJudge judge = new RowJudge(lease.scorer(), plan, explain);
    TaskContext task = TaskContext.get();
    if (task == null) {
      // At the driver, of a constant: the process keeps the scorer open for a while by itself.
      lease.close();
      return judge;
    }
    TaskContext unused =
        task.addTaskCompletionListener(
            (TaskCompletionListener)
                ended -> {
                  open = null;
                  lease.close();
                });
    open = new Open(table, judge);
    return judge;
  }
}
