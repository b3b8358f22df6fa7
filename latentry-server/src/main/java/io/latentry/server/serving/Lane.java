package io.latentry.server.serving;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** Small requests for the same outputs of one version; what waits together runs together. */
final class Lane implements Workers.Waiting {
  /** Runs requests together, outside the lock. */
  interface Run {
    void run(List<Request> requests);
  }

  private final Deque<Request> requests = new ArrayDeque<>();
  private final int mostRows;
  private final QueuedRows queued;
  private final Run run;

  Lane(int mostRows, QueuedRows queued, Run run) {
    this.mostRows = mostRows;
    this.queued = queued;
    this.run = run;
  }

  void add(Request request) {
    requests.addLast(request);
  }

  @Override
  public Runnable take() {
    List<Request> batch = new ArrayList<>();
    int rows = 0;
    for (Request next = requests.peekFirst();
        next != null && (batch.isEmpty() || rows + next.rows().count() <= mostRows);
        next = requests.peekFirst()) {
      batch.add(requests.removeFirst());
      rows += next.rows().count();
    }
    queued.add(-rows);
    return () -> run.run(batch);
  }

  @Override
  public boolean isEmpty() {
    return requests.isEmpty();
  }

  @Override
  public List<Runnable> expire(long nanos) {
    List<Runnable> expired = new ArrayList<>();
    for (Iterator<Request> all = requests.iterator(); all.hasNext(); ) {
      Request request = all.next();
      if (request.isOver() || request.isLate(nanos)) {
        all.remove();
        queued.add(-request.rows().count());
        expired.add(request::refuseAsLate);
      }
    }
    return expired;
  }
}
