package io.latentry.pipeline.score;

import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.pipeline.Awaited;
import io.latentry.pipeline.Progress;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.SeriesScorer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A pass over a table in batches: the next one is read while one is judged and used. */
final class JudgedBatches {
  /** Rows of a batch. */
  static final int ROWS = 8_192;

  private JudgedBatches() {}

  /**
   * Verdicts on every row of the request's data, with the columns that it keeps.
   *
   * @param stage what the pass is called, before the name of the data
   */
  static void each(
      Scorer scorer,
      ScoreRequest request,
      String stage,
      Progress listener,
      BiConsumer<RowBatch, Judgements> consumer) {
    each(scorer, request, stage, listener, (rows, index, batch, judged) -> {}, consumer);
  }

  /**
   * The same.
   *
   * @param points another look at the points of a series
   */
  static void each(
      Scorer scorer,
      ScoreRequest request,
      String stage,
      Progress listener,
      SeriesPass.PointLook points,
      BiConsumer<RowBatch, Judgements> consumer) {
    if (scorer.manifest().series() != null) {
      SeriesPass.over(SeriesScorer.of(scorer), request, stage, listener, points, consumer);
      return;
    }
    try (DataSource source = DataSource.open(request.data(), request.reading(), request.input());
        RowReader reader =
            source.rows(scorer.manifest().schema(), request.keep(), ROWS, listener.reading())) {
      listener.stage(stage + source.name());
      each(reader, batch -> scorer.judge(batch.rows()), consumer);
    }
  }

  /** The same of an open source. */
  static <J> void each(
      RowReader reader, Function<RowBatch, J> judge, BiConsumer<RowBatch, J> consumer) {
    ExecutorService reading = Executors.newSingleThreadExecutor(JudgedBatches::readerThread);
    try {
      Future<@Nullable RowBatch> coming = reading.submit(() -> next(reader));
      for (RowBatch batch = await(coming); batch != null; batch = await(coming)) {
        coming = reading.submit(() -> next(reader));
        consumer.accept(batch, judge.apply(batch));
      }
    } finally {
      reading.shutdownNow();
    }
  }

  private static Thread readerThread(Runnable task) {
    Thread thread = new Thread(task, "latentry-reader");
    thread.setDaemon(true);
    return thread;
  }

  private static @Nullable RowBatch next(RowReader reader) {
    return reader.hasNext() ? reader.next() : null;
  }

  private static @Nullable RowBatch await(Future<@Nullable RowBatch> coming) {
    try {
      // A batch that is there already is handed over without a look at the interruption.
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted");
      }
      return Awaited.result(coming);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading", e);
    }
  }
}
