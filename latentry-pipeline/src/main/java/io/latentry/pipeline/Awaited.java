package io.latentry.pipeline;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Work of other threads. */
public final class Awaited {
  private Awaited() {}

  /**
   * Its result, or what it failed with, as if it had been done here.
   *
   * @throws InterruptedException if this thread is interrupted in waiting
   */
  public static <V extends @Nullable Object> V result(Future<V> work) throws InterruptedException {
    try {
      return work.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
