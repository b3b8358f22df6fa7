package io.latentry.spark;

import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesState;
import io.latentry.scoring.ScorerCache;
import io.latentry.scoring.series.SeriesStateCodec;
import io.latentry.spark.plan.InputPlan;
import io.latentry.spark.plan.OutputPlan;
import io.latentry.spark.plan.SeriesPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StatefulProcessor;
import org.apache.spark.sql.streaming.TTLConfig;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.TimerValues;
import org.apache.spark.sql.streaming.ValueState;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Judges the points that a batch of a stream has of a key, by what Spark's state store has of it.
 * The points of a batch count in order of time, since Spark keeps no other.
 */
final class SeriesProcessor extends StatefulProcessor<String, Row, Row> {
  private static final long serialVersionUID = 1;

  private final Broadcast<byte[]> artifact;
  private final InputPlan plan;
  private final SeriesPlan series;
  private final OutputPlan output;

  /** After which a key is forgotten; null: never. */
  private final @Nullable Duration idle;

  private transient @Nullable ValueState<byte[]> stored;
  private transient @Nullable Open open;

  /** What a task judges with. */
  private record Open(ScorerCache.Lease lease, PointJudge judge, SeriesStateCodec codec) {}

  SeriesProcessor(
      Broadcast<byte[]> artifact,
      InputPlan plan,
      SeriesPlan series,
      OutputPlan output,
      @Nullable Duration idle) {
    this.artifact = artifact;
    this.plan = plan;
    this.series = series;
    this.output = output;
    this.idle = idle;
  }

  /** The driver calls it too, to learn what is stored. */
  @Override
  public void init(OutputMode mode, TimeMode time) {
    stored =
        getHandle()
            .getValueState(
                "series", Encoders.BINARY(), idle == null ? TTLConfig.NONE() : new TTLConfig(idle));
  }

  @Override
  public Iterator<Row> handleInputRows(String key, Iterator<Row> rows, TimerValues timers) {
    ValueState<byte[]> own = stored;
    if (own == null) {
      throw new IllegalStateException("processor: not begun");
    }
    Open judging = open();
    List<Row> came = new ArrayList<>(CollectionConverters.asJava(rows.toList()));
    came.sort(SeriesPlacing::inOrder);
    SeriesState state = judging.codec.read(own.exists() ? own.get() : null);
    List<Row> told = new ArrayList<>(came.size());
    for (int from = 0; from < came.size(); from += RowRuns.ROWS) {
      List<Row> run = came.subList(from, Math.min(came.size(), from + RowRuns.ROWS));
      SeriesPoints points = judging.judge.points(run);
      JudgedRows judged = judging.judge.told(run, judging.judge.judge(points, unused -> state));
      for (int i = 0; i < judged.count(); i++) {
        told.add(judged.row(i));
      }
    }
    Optional<byte[]> kept = judging.codec.write(state);
    kept.ifPresent(own::update);
    return CollectionConverters.asScala(told.iterator());
  }

  private Open open() {
    Open own = open;
    if (own == null) {
      ScorerCache.Lease lease = ProcessScorers.lease(artifact.value());
      PointJudge judge = new PointJudge(lease.scorer(), plan, series, output);
      own = new Open(lease, judge, new SeriesStateCodec(judge.series()));
      open = own;
    }
    return own;
  }

  @Override
  public void close() {
    Open own = open;
    if (own != null) {
      open = null;
      own.lease.close();
    }
  }
}
