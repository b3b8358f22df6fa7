package io.latentry.server.catalog;

import io.latentry.server.registry.RegistryException;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.ServingListener;
import io.latentry.server.serving.StoreFault;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The one thread that changes models. */
final class Loader {
  private final ServingListener listener;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "latentry-loader");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param listener is told what of the store is none of a caller's business
   */
  Loader(ServingListener listener) {
    this.listener = listener;
  }

  /**
   * Does {@code work} there and waits for it.
   *
   * @throws RefusedException as the work does; {@link Refusal#NOT_READY} if the store cannot be
   *     used, {@link Refusal#NO_ROOM} if its disk is full; {@code NOT_READY} as well if there is no
   *     more loading
   */
  <V> V call(Callable<V> work) {
    try {
      return thread.submit(work).get();
    } catch (RejectedExecutionException e) {
      throw Refusals.closing();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusals.cutOff(e);
    } catch (ExecutionException e) {
      throw refused(e.getCause() == null ? e : e.getCause());
    }
  }

  /** Does {@code work} there, unless there is no more loading. */
  void later(Runnable work) {
    try {
      thread.execute(work);
    } catch (RejectedExecutionException closing) {
      // What is open stays as it is until it is closed.
    }
  }

  /** Does {@code work} again and again. */
  void every(Duration pause, Runnable work) {
    ScheduledFuture<?> unused =
        thread.scheduleWithFixedDelay(work, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Finishes what was asked for. */
  void close(Duration limit) {
    thread.shutdown();
    try {
      boolean unused = thread.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private RuntimeException refused(Throwable failure) {
    if (failure instanceof RegistryException store) {
      return StoreFault.refusal(store, listener::warned);
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
  }
}
