package io.latentry.spark;

import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerCache;
import io.latentry.spark.plan.InputPlan;
import io.latentry.spark.plan.SeriesPlan;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/** What a task does: it lends the scorer of its process and judges the rows of its partition. */
final class JudgePartition implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1;

  private static final RowRuns.Listener NOBODY =
      new RowRuns.Listener() {
        @Override
        public void judged(JudgedRows run) {}

        @Override
        public void ended() {}
      };

  private final Broadcast<byte[]> artifact;
  private final InputPlan plan;

  /** Null of a table, whose rows are judged each by itself. */
  private final @Nullable SeriesPlan series;

  private final int explain;
  private final @Nullable SeenRows seen;

  /**
   * @param series of points, which come key by key and in order of time
   */
  JudgePartition(
      Broadcast<byte[]> artifact,
      InputPlan plan,
      @Nullable SeriesPlan series,
      int explain,
      @Nullable SeenRows seen) {
    this.artifact = artifact;
    this.plan = plan;
    this.series = series;
    this.explain = explain;
    this.seen = seen;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    ScorerCache.Lease lease = ProcessScorers.lease(artifact.value());
    TaskContext task = TaskContext.get();
    TaskContext unused =
        task.addTaskCompletionListener((TaskCompletionListener) ended -> lease.close());
    Scorer scorer = lease.scorer();
    RowRuns.Listener listener = seen == null ? NOBODY : seen.counting(scorer, task.partitionId());
    RowRuns.Judge judge =
        series == null
            ? new RowJudge(scorer, plan, explain)
            : new SortedSeriesJudge(new PointJudge(scorer, plan, series, explain));
    return new RowRuns(rows, judge, listener);
  }
}
