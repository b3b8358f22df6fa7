package io.latentry.server.batching;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run the engine, for every model, and what waits for them.
 *
 * <p>A free worker takes at once whatever is ready, so nothing waits on an idle machine. Pieces of
 * large requests wait apart from small requests and the two take turns: neither keeps the other
 * from running, and a small request waits for one piece at most.
 */
public final class Workers implements AutoCloseable {
  private static final long SWEEP_MILLIS = 10;

  /** Requests that wait. Every method is called under {@link #lock}. */
  public interface Waiting {
    /** Takes what one run can hold; empty afterwards or queued again. */
    Runnable take();

    boolean isEmpty();

    /** Whether a worker may take now, of what is not empty. */
    boolean isReady();

    /** Takes out what has waited too long at {@code nanos}; running the result says so. */
    List<Runnable> expire(long nanos);
  }

  /** Guards both queues and whatever waits in them. */
  public final ReentrantLock lock = new ReentrantLock();

  private final Condition work = lock.newCondition();
  private final Condition anything = lock.newCondition();
  private final Deque<Waiting> small = new ArrayDeque<>();
  private final Deque<Waiting> large = new ArrayDeque<>();
  private final List<Thread> threads = new ArrayList<>();
  private final LongSupplier nanoTime;
  private boolean isLargesTurn;
  private boolean closed;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public Workers(int count, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    for (int i = 1; i <= count; i++) {
      threads.add(start(this::workOff, "latentry-worker-" + i));
    }
    threads.add(start(this::sweep, "latentry-deadlines"));
  }

  /** Queues what is not queued yet; under {@link #lock}. */
  public void offer(Waiting waiting, boolean isLarge) {
    (isLarge ? large : small).addLast(waiting);
    if (waiting.isReady()) {
      work.signal();
    }
    anything.signal();
  }

  /** What was queued but not ready may have become so; under {@link #lock}. */
  void lookAgain() {
    work.signal();
  }

  /** Works off what is queued, then lets the threads end, and waits for them. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      work.signalAll();
      anything.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive() && thread != Thread.currentThread()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void workOff() {
    for (Runnable run = next(); run != null; run = next()) {
      try {
        run.run();
      } catch (Throwable unexpected) {
        // A run tells its requests of its failures. What comes here anyhow, such as for want of
        // memory, must not take the thread with it: what has become ready meanwhile counts on it.
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, unexpected);
      }
    }
  }

  private @Nullable Runnable next() {
    lock.lock();
    try {
      Deque<Waiting> queue = nextQueue();
      while (queue == null) {
        if (closed && small.isEmpty() && large.isEmpty()) {
          work.signalAll();
          return null;
        }
        work.awaitUninterruptibly();
        queue = nextQueue();
      }
      isLargesTurn = queue == small;
      Waiting waiting = queue.stream().filter(Waiting::isReady).findFirst().orElseThrow();
      queue.remove(waiting);
      Runnable run = waiting.take();
      if (!waiting.isEmpty()) {
        queue.addLast(waiting);
      }
      if (nextQueue() != null) {
        work.signal();
      }
      return run;
    } finally {
      lock.unlock();
    }
  }

  /** The queue whose turn it is, of those in which something is ready. */
  private @Nullable Deque<Waiting> nextQueue() {
    boolean isSmallReady = small.stream().anyMatch(Waiting::isReady);
    boolean isLargeReady = large.stream().anyMatch(Waiting::isReady);
    if (isSmallReady && !(isLargesTurn && isLargeReady)) {
      return small;
    }
    return isLargeReady ? large : null;
  }

  /** Answers what has waited too long even while every worker is busy. */
  private void sweep() {
    while (true) {
      List<Runnable> expired = new ArrayList<>();
      lock.lock();
      try {
        while (small.isEmpty() && large.isEmpty()) {
          if (closed) {
            return;
          }
          anything.awaitUninterruptibly();
        }
        long now = nanoTime.getAsLong();
        for (Deque<Waiting> queue : List.of(small, large)) {
          queue.forEach(waiting -> expired.addAll(waiting.expire(now)));
          queue.removeIf(Waiting::isEmpty);
        }
      } finally {
        lock.unlock();
      }
      expired.forEach(Runnable::run);
      try {
        TimeUnit.MILLISECONDS.sleep(SWEEP_MILLIS);
      } catch (InterruptedException nobodyDoesThat) {
        return;
      }
    }
  }

  private static Thread start(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
