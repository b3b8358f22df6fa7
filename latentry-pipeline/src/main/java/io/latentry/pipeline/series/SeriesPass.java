package io.latentry.pipeline.series;

import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesState;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.series.PointIndex;
import io.latentry.pipeline.ReadAhead;
import io.latentry.scoring.SeriesScorer;
import io.latentry.scoring.SeriesScorer.PointJudgements;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A pass over the points of a file, each key in order of time: as they stand if they are in order,
 * else sorted in a file of their own first. Memory is that of a few batches, of one state a key and
 * of the index.
 */
public final class SeriesPass {
  private static final int BATCH = 8_192;

  private final SeriesScorer scorer;
  private final PointIndex index;
  private final Set<Output> also;
  private final Map<String, SeriesState> states = new HashMap<>();

  public SeriesPass(SeriesScorer scorer, PointIndex index, Set<Output> also) {
    this.scorer = scorer;
    this.index = index;
    this.also = also;
  }

  /**
   * All points of a source.
   *
   * @param also outputs for explanation
   * @return how many there are
   */
  public static long each(
      SeriesScorer scorer, DataSource source, Set<Output> also, Consumer consumer) {
    PointIndex index =
        PointIndex.read(source, scorer.settings(), Optional.empty(), ReadListener.NONE);
    new SeriesPass(scorer, index, also).each(source, List.of(), false, ReadListener.NONE, consumer);
    return index.count();
  }

  /** Takes the verdicts on some points. */
  @FunctionalInterface
  public interface Consumer {
    /**
     * @param rows {@code int[count]}: 0-based rows of the data
     * @param batch their points, with the kept columns; its first row tells nothing if they were
     *     sorted
     */
    void accept(int[] rows, RowBatch batch, PointJudgements judged);
  }

  /**
   * @param keep columns that batches carry over
   */
  public void each(
      DataSource source,
      List<String> keep,
      boolean typed,
      ReadListener listener,
      Consumer consumer) {
    try (RowReader reader =
        source.rows(scorer.scorer().manifest().schema(), keep, BATCH, listener)) {
      if (typed) {
        reader.keepStored();
      }
      if (index.isInOrder()) {
        ReadAhead.each(
            reader,
            batch -> judge(places(batch), batch.rows()),
            (batch, judged) -> consumer.accept(places(batch), batch, judged));
      } else {
        sorted(reader, keep.size(), consumer);
      }
    }
  }

  private void sorted(RowReader reader, int kept, Consumer consumer) {
    try (PointFile spool = new PointFile(scorer.scorer().manifest().schema(), kept)) {
      while (reader.hasNext()) {
        spool.add(reader.next());
      }
      int[] order = index.sorted();
      for (int from = 0; from < order.length; from += BATCH) {
        int[] places =
            IntStream.range(from, Math.min(order.length, from + BATCH))
                .map(i -> order[i])
                .toArray();
        RowBatch batch = spool.batch(places);
        consumer.accept(places, batch, judge(places, batch.rows()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the points cannot be sorted: " + e.getMessage(), e);
    }
  }

  private static int[] places(RowBatch batch) {
    int first = Math.toIntExact(batch.firstRow());
    return IntStream.range(first, first + batch.rows().count()).toArray();
  }

  private PointJudgements judge(int[] places, Rows rows) {
    String[] keys = new String[places.length];
    double[] times = new double[places.length];
    @Nullable String[] faults = new String[places.length];
    for (int i = 0; i < places.length; i++) {
      keys[i] = index.key(places[i]);
      times[i] = index.time(places[i]);
      String fault = rows.fault(i);
      faults[i] = fault == null ? index.fault(places[i]) : fault;
    }
    Rows told = new Rows(rows.schema(), rows.count(), rows.numeric(), rows.categorical(), faults);
    return scorer.judge(
        new SeriesPoints(keys, times, told),
        key -> states.computeIfAbsent(key, unused -> scorer.begin()),
        also);
  }
}
