package io.latentry.pipeline;

import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the next batch of a table while one is judged and used. */
public final class ReadAhead {
  private ReadAhead() {}

  /** Judges every batch, and hands it on with what was found. */
  public static <J> void each(
      RowReader reader, Function<RowBatch, J> judge, BiConsumer<RowBatch, J> consumer) {
    ExecutorService reading = Executors.newSingleThreadExecutor(ReadAhead::readerThread);
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
