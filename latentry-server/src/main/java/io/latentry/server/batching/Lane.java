package io.latentry.server.batching;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Small requests for the same outputs of one version; what waits together runs together. While a
 * run is under way, what comes meanwhile waits for its end, unless there is enough for a run that
 * is worth a worker of its own, {@value #WORTH_ANOTHER_RUN} rows: most of what a run of a few rows
 * costs does not depend on their number, so two of them side by side cost nearly twice as much.
 */
final class Lane implements Workers.Waiting {
  /** Runs requests together, outside the lock. */
  interface Run {
    void run(List<Request> requests);
  }

  private static final int WORTH_ANOTHER_RUN = 16;

  private final Deque<Request> requests = new ArrayDeque<>();
  private final int mostRows;
  private final QueuedRows queued;
  private final BooleanSupplier held;
  private final Run run;
  private final Consumer<Lane> afterRun;
  private int waitingRows;
  private int runs;

  /**
   * @param held whether no run may begin
   * @param afterRun is to call {@link #hasRun} under the lock
   */
  Lane(int mostRows, QueuedRows queued, BooleanSupplier held, Run run, Consumer<Lane> afterRun) {
    this.mostRows = mostRows;
    this.queued = queued;
    this.held = held;
    this.run = run;
    this.afterRun = afterRun;
  }

  void add(Request request) {
    requests.addLast(request);
    waitingRows += request.samples().count();
  }

  /** A run is over. */
  void hasRun() {
    runs--;
  }

  @Override
  public Runnable take() {
    List<Request> batch = new ArrayList<>();
    int rows = 0;
    for (Request next = requests.peekFirst();
        next != null && (batch.isEmpty() || rows + next.samples().count() <= mostRows);
        next = requests.peekFirst()) {
      batch.add(requests.removeFirst());
      rows += next.samples().count();
    }
    left(rows);
    runs++;
    return () -> {
      try {
        run.run(batch);
      } finally {
        afterRun.accept(this);
      }
    };
  }

  @Override
  public boolean isEmpty() {
    return requests.isEmpty();
  }

  @Override
  public boolean isReady() {
    return !held.getAsBoolean() && (runs == 0 || waitingRows >= WORTH_ANOTHER_RUN);
  }

  @Override
  public List<Runnable> expire(long nanos) {
    List<Runnable> expired = new ArrayList<>();
    for (Iterator<Request> all = requests.iterator(); all.hasNext(); ) {
      Request request = all.next();
      if (request.isOver() || request.isLate(nanos)) {
        all.remove();
        left(request.samples().count());
        expired.add(request::refuseAsLate);
      }
    }
    return expired;
  }

  private void left(int rows) {
    waitingRows -= rows;
    queued.add(-rows);
  }
}
