package io.latentry.server.door;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for what comes in, or is taken, as slowly as the caller likes: tables and artifacts. They
 * are not those that all other requests share, so that slow callers hold up nobody but each other.
 * Thread-safe; a thread without work ends by itself.
 */
public final class StreamThreads {
  private static final int IDLE_SECONDS = 30;

  private final int most;
  private final ThreadPoolExecutor threads;

  /**
   * @param most streams at one time; a further one is refused
   */
  public StreamThreads(int most) {
    this.most = most;
    this.threads =
        new ThreadPoolExecutor(
            0,
            most,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              Thread thread = new Thread(work, "latentry-stream");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Runs what is given to it for the request of {@code context}. It throws a {@link
   * RefusedException} ({@link Refusal#BUSY}) if no thread is free.
   */
  public Executor of(ServiceRequestContext context) {
    return work -> {
      try {
        threads.execute(context.makeContextAware(work));
      } catch (RejectedExecutionException full) {
        throw new RefusedException(
            Refusal.BUSY,
            "streams: "
                + most
                + " under way (expected: at most "
                + most
                + " tables and artifacts at one time)",
            full);
      }
    };
  }
}
