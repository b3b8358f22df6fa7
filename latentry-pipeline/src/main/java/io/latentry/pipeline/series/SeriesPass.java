package io.latentry.pipeline.series;

import io.latentry.core.data.Rows;
import io.latentry.core.fault.FaultWords;
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
import java.util.Arrays;
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

  /** Whether rows come to the consumer as they stand in the data. */
  public boolean keepsOrder() {
    return index.isInOrder() && scorer.delay() == 0;
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
      if (keepsOrder()) {
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
      Answers answers = new Answers(consumer);
      for (int from = 0; from < order.length; from += BATCH) {
        int[] places =
            IntStream.range(from, Math.min(order.length, from + BATCH))
                .map(i -> order[i])
                .toArray();
        RowBatch batch = spool.batch(places);
        answers.add(places, batch, judge(places, batch.rows()));
      }
      answers.finish();
    } catch (IOException e) {
      throw new UncheckedIOException("the points cannot be sorted: " + FaultWords.of(e), e);
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

  /**
   * Brings verdicts to the points that they are about: a verdict that waits for later points comes
   * with the last of them, which may be in the next batch.
   */
  private final class Answers {
    private final Consumer consumer;
    private int[] places = new int[0];
    private @Nullable RowBatch batch;
    private @Nullable PointJudgements judged;

    /** {@code int[places]}: which verdict is about a point; -1 if none came yet. */
    private int[] answer = new int[0];

    Answers(Consumer consumer) {
      this.consumer = consumer;
    }

    void add(int[] nextPlaces, RowBatch next, PointJudgements more) throws IOException {
      if (scorer.delay() == 0) {
        consumer.accept(nextPlaces, next, more);
        return;
      }
      int[] found = new int[nextPlaces.length];
      Arrays.fill(found, -1);
      for (int i = 0; i < found.length; i++) {
        double time = more.about()[i];
        double own = index.time(nextPlaces[i]);
        // A point without a time is told so itself; one with a time that has no verdict waits.
        boolean itself = Double.isNaN(own) || time == own;
        int at = itself ? i : earlier(nextPlaces, found, i, time);
        if (at >= 0) {
          found[at] = i;
        } else if (at >= -answer.length) {
          answer[answer.length + at] = (judged == null ? 0 : judged.count()) + i;
        }
      }
      deliver(more);
      places = nextPlaces;
      batch = next;
      judged = more;
      answer = found;
    }

    void finish() throws IOException {
      deliver(null);
    }

    /**
     * The place of the point of that time that has no verdict yet: negative from the end of the
     * batch before, below all of that if there is none.
     */
    private int earlier(int[] nextPlaces, int[] found, int i, double time) {
      String key = index.key(nextPlaces[i]);
      int at = i - 1;
      while (at >= -answer.length && !Double.isNaN(time)) {
        boolean open = at >= 0 ? found[at] < 0 : answer[answer.length + at] < 0;
        int place = at >= 0 ? nextPlaces[at] : places[places.length + at];
        if (!index.key(place).equals(key) || index.time(place) < time) {
          return Integer.MIN_VALUE;
        }
        if (open && index.time(place) == time) {
          return at;
        }
        at--;
      }
      return Integer.MIN_VALUE;
    }

    private void deliver(@Nullable PointJudgements next) {
      RowBatch of = batch;
      PointJudgements all = judged;
      if (of == null || all == null) {
        return;
      }
      if (next != null) {
        all = all.followedBy(next);
      }
      int[] lacking = IntStream.range(0, answer.length).filter(i -> answer[i] < 0).toArray();
      if (lacking.length > 0) {
        double[] times = IntStream.of(lacking).mapToDouble(i -> index.time(places[i])).toArray();
        int known = all.count();
        all = all.followedBy(scorer.unanswered(times, also));
        for (int i = 0; i < lacking.length; i++) {
          answer[lacking[i]] = known + i;
        }
      }
      consumer.accept(places, of, all.select(answer));
    }
  }
}
