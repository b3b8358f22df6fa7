package io.latentry.pipeline.score;

import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesState;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.series.PointIndex;
import io.latentry.scoring.PointJudgements;
import io.latentry.scoring.SeriesScorer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A pass over the points of a file, each key in order of time: as they stand if they are in order,
 * else sorted in a file of their own first. Memory is that of a few batches, of one state a key and
 * of the index.
 */
final class SeriesPass {
  private static final int BATCH = 8_192;

  private final SeriesScorer scorer;
  private final PointIndex index;
  private final Set<Output> also;
  private final Map<String, SeriesState> states = new HashMap<>();

  SeriesPass(SeriesScorer scorer, PointIndex index, Set<Output> also) {
    this.scorer = scorer;
    this.index = index;
    this.also = also;
  }

  /** Takes the verdicts on some points. */
  @FunctionalInterface
  interface Consumer {
    /**
     * @param rows {@code int[count]}: 0-based rows of the data
     * @param batch as it was read, where the points stand in the order of the file; else without
     *     kept columns
     */
    void accept(int[] rows, RowBatch batch, PointJudgements judged);
  }

  /**
   * @param keep columns that batches carry over, where they come as they stand
   */
  void each(
      DataSource source,
      List<String> keep,
      boolean typed,
      ReadListener listener,
      Consumer consumer) {
    try (RowReader reader =
        source.rows(
            scorer.scorer().manifest().schema(),
            index.isInOrder() ? keep : List.of(),
            BATCH,
            listener)) {
      if (typed) {
        reader.keepStored();
      }
      if (index.isInOrder()) {
        JudgedBatches.each(
            reader,
            batch -> judge(places(batch), batch.rows()),
            (batch, judged) -> consumer.accept(places(batch), batch, judged));
      } else {
        sorted(reader, consumer);
      }
    }
  }

  private void sorted(RowReader reader, Consumer consumer) {
    try (PointFile spool = new PointFile(scorer.scorer().manifest().schema())) {
      while (reader.hasNext()) {
        spool.add(reader.next().rows());
      }
      int[] order = index.sorted();
      for (int from = 0; from < order.length; from += BATCH) {
        int[] places =
            IntStream.range(from, Math.min(order.length, from + BATCH))
                .map(i -> order[i])
                .toArray();
        Rows rows = spool.rows(places);
        consumer.accept(places, RowBatch.of(from, rows), judge(places, rows));
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
    for (int i = 0; i < places.length; i++) {
      keys[i] = index.key(places[i]);
      times[i] = index.time(places[i]);
    }
    return scorer.judge(
        new SeriesPoints(keys, times, rows),
        key -> states.computeIfAbsent(key, unused -> scorer.begin()),
        also);
  }
}
