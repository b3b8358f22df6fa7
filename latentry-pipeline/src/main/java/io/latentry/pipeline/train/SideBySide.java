package io.latentry.pipeline.train;

import io.latentry.pipeline.Awaited;
import io.latentry.pipeline.Progress;
import io.latentry.training.fit.TrainingInterruptedException;
import io.latentry.training.fit.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Trainings, and other work of a fit, that need nothing of one another, as many at a time as there
 * are cores for them. Their progress is told as one. Closing interrupts what still runs and waits
 * until each has put its checkpoint away.
 */
public final class SideBySide implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Progress listener;
  private final ExecutorService workers;
  private final List<long[]> doneAndTotal = new ArrayList<>();

  /**
   * @param threadsEach that one training keeps busy
   */
  public SideBySide(Progress listener, int threadsEach) {
    this.listener = listener;
    this.workers =
        Executors.newFixedThreadPool(
            Math.max(1, Runtime.getRuntime().availableProcessors() / threadsEach));
  }

  /**
   * What each of {@code work} gives, in its order.
   *
   * @param threadsEach that one keeps busy
   */
  static <V> List<V> all(int threadsEach, List<Supplier<V>> work) {
    try (SideBySide workers = new SideBySide(Progress.QUIET, threadsEach)) {
      List<Future<V>> coming =
          work.stream().map(one -> workers.submit(unused -> one.get())).toList();
      List<V> done = new ArrayList<>();
      for (Future<V> future : coming) {
        done.add(workers.await(future));
      }
      return done;
    }
  }

  public <V> Future<V> submit(Function<TrainingListener, V> training) {
    long[] mine = new long[2];
    synchronized (doneAndTotal) {
      doneAndTotal.add(mine);
    }
    return workers.submit(() -> training.apply(progress -> tell(mine, progress)));
  }

  private void tell(long[] mine, TrainingListener.Step progress) {
    synchronized (doneAndTotal) {
      mine[0] = progress.step();
      mine[1] = progress.steps();
      long done = doneAndTotal.stream().mapToLong(d -> d[0]).sum();
      // What has not begun yet is as long as this one.
      long total = doneAndTotal.stream().mapToLong(d -> d[1] == 0 ? progress.steps() : d[1]).sum();
      listener.progress(done, total);
    }
  }

  /** The result, or what the training failed with. */
  public <V> V await(Future<V> training) {
    try {
      V result = Awaited.result(training);
      // Work that is done already is handed out without a look at who asks.
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return result;
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new TrainingInterruptedException(
          "interrupted in training; the checkpoints are kept, and the same fit goes on from them");
    }
  }

  /** Stops what still runs and waits for its checkpoints, however often it is interrupted. */
  @Override
  public void close() {
    workers.shutdownNow();
    boolean interrupted = false;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    boolean done = false;
    while (!done && System.nanoTime() < end) {
      try {
        done = workers.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
