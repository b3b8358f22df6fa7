package io.latentry.server.serving;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread behind a {@link VerdictTap}: what callers hand over is done there in its order, and
 * every so often what came of it is written. Nobody who hands over waits, neither for the work nor
 * for a lock.
 */
public final class TapThread implements AutoCloseable {
  /** Each request that woke a thread waiting for it would pay for that. */
  private static final long REST_MILLIS = 20;

  private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final int most;
  private final Duration every;
  private final Duration patience;
  private final Runnable write;
  private final Consumer<RuntimeException> failed;
  private final Thread thread;
  private volatile boolean started;
  private volatile boolean closing;

  /**
   * @param name of the thread
   * @param most pieces of work that wait
   * @param every between two times that {@code write} is called
   * @param patience for what {@link #flush} and {@link #close} wait for
   * @param write on the thread; once more at its end
   * @param failed hears of a piece of work, or of the writing, that fails; the rest goes on
   */
  public TapThread(
      String name,
      int most,
      Duration every,
      Duration patience,
      Runnable write,
      Consumer<RuntimeException> failed) {
    this.most = most;
    this.every = every;
    this.patience = patience;
    this.write = write;
    this.failed = failed;
    this.thread = new Thread(this::work, name);
    thread.setDaemon(true);
  }

  public void start() {
    started = true;
    thread.start();
  }

  /** Hands over work; false if too much waits already. */
  public boolean offer(Runnable work) {
    if (queued.get() >= most) {
      return false;
    }
    int unused = queued.incrementAndGet();
    return queue.add(work);
  }

  private @Nullable Runnable poll() {
    Runnable work = queue.poll();
    if (work != null) {
      int unused = queued.decrementAndGet();
    }
    return work;
  }

  private void work() {
    long next = System.nanoTime() + every.toNanos();
    while (!closing || !queue.isEmpty()) {
      try {
        Runnable work = poll();
        if (work != null) {
          work.run();
        } else {
          Thread.sleep(REST_MILLIS);
        }
        if (System.nanoTime() - next >= 0) {
          next = System.nanoTime() + every.toNanos();
          write.run();
        }
      } catch (InterruptedException e) {
        break;
      } catch (RuntimeException e) {
        failed.accept(e);
      }
    }
    write.run();
  }

  /** Has what was handed over done and written, and returns when that was tried. */
  public void flush() {
    CountDownLatch done = new CountDownLatch(1);
    Runnable last =
        () -> {
          try {
            write.run();
          } finally {
            done.countDown();
          }
        };
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (started && !closing && !offer(last)) {
        if (System.nanoTime() - end >= 0) {
          return;
        }
        Thread.sleep(REST_MILLIS);
      }
      while (started && !closing && System.nanoTime() - end < 0) {
        if (done.await(REST_MILLIS, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has what was handed over done and written, and ends the thread. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(patience.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
