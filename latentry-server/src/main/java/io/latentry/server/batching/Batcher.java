package io.latentry.server.batching;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.Output;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.ServingConfig;
import io.latentry.server.serving.ServingListener;
import io.latentry.server.serving.VerdictTap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one version: small requests for the same outputs share a run of the engine, large
 * ones are cut into pieces. Who shares a run with whom changes no bit of a verdict ({@link Scorer}
 * promises so), and when a shared run fails, every request runs again by itself.
 */
public final class Batcher {
  private static final double NANOS_PER_SECOND = 1e9;

  private final String model;
  private final int version;
  private final Scorer scorer;
  private final ServingConfig config;
  private final Workers workers;
  private final ServingListener listener;
  private final VerdictTap tap;
  private final LongSupplier nanoTime;
  private final QueuedRows queued;
  private final Map<Set<Output>, Lane> lanes = new HashMap<>();
  private volatile boolean closed;

  /** Whatever comes waits; changed under the lock of the workers. */
  private volatile boolean held;

  private volatile @Nullable RefusedException unusable;

  public Batcher(
      String model,
      int version,
      Scorer scorer,
      ServingConfig config,
      Workers workers,
      ServingListener listener,
      VerdictTap tap,
      LongSupplier nanoTime) {
    this.model = model;
    this.version = version;
    this.scorer = scorer;
    this.config = config;
    this.workers = workers;
    this.listener = listener;
    this.tap = tap;
    this.nanoTime = nanoTime;
    this.queued = new QueuedRows(config.mostQueuedRows());
  }

  /** Queues a request, or refuses it at once. */
  public void submit(Request request, Set<Output> also) {
    int rows = request.samples().count();
    if (rows > config.mostQueuedRows()) {
      request.refuse(
          Refusal.TOO_LARGE,
          "rows: " + rows + " (expected: at most " + config.mostQueuedRows() + "); send fewer");
      return;
    }
    if (!isQueued(request, rows, also)) {
      request.refuse(
          Refusal.BUSY,
          "model '"
              + model
              + "': as many rows as may wait do ("
              + config.mostQueuedRows()
              + "); try again later");
    }
  }

  /** Rows that wait. */
  public int queuedRows() {
    workers.lock.lock();
    try {
      return queued.count();
    } finally {
      workers.lock.unlock();
    }
  }

  /** From now on requests wait for {@link #letGo}, as long as their callers give them. */
  public void hold() {
    held = true;
  }

  /** What waits runs. */
  public void letGo() {
    workers.lock.lock();
    try {
      held = false;
      workers.lookAgain();
    } finally {
      workers.lock.unlock();
    }
  }

  /** Whatever waits, and whatever comes, is refused. */
  public void refuse(RefusedException reason) {
    unusable = reason;
    letGo();
  }

  /** From now on whatever waits is refused; what runs is finished. */
  public void close() {
    closed = true;
    letGo();
    scorer.close();
  }

  private boolean isQueued(Request request, int rows, Set<Output> also) {
    workers.lock.lock();
    try {
      if (!queued.hasRoomFor(rows)) {
        return false;
      }
      queued.add(rows);
      if (rows <= config.smallRows()) {
        addToLane(request, also);
      } else {
        workers.offer(largeRequest(request, also), true);
      }
      return true;
    } finally {
      workers.lock.unlock();
    }
  }

  private void addToLane(Request request, Set<Output> also) {
    Lane lane =
        lanes.computeIfAbsent(
            also,
            outputs ->
                new Lane(
                    config.mostBatchRows(),
                    queued,
                    () -> held,
                    requests -> runTogether(requests, outputs),
                    this::hasRun));
    boolean isInTheQueue = !lane.isEmpty();
    boolean wasReady = lane.isReady();
    lane.add(request);
    if (!isInTheQueue) {
      workers.offer(lane, false);
    } else if (lane.isReady() && !wasReady) {
      workers.lookAgain();
    }
  }

  /** Its worker looks next for what has become ready. */
  private void hasRun(Lane lane) {
    workers.lock.lock();
    try {
      lane.hasRun();
    } finally {
      workers.lock.unlock();
    }
  }

  private LargeRequest largeRequest(Request request, Set<Output> also) {
    return new LargeRequest(
        request,
        config.mostBatchRows(),
        queued,
        () -> held,
        piece -> judge(piece, 1, also),
        whole -> finished(request, whole));
  }

  private void runTogether(List<Request> taken, Set<Output> also) {
    long now = nanoTime.getAsLong();
    taken.stream().filter(request -> request.isLate(now)).forEach(Request::refuseAsLate);
    List<Request> requests = taken.stream().filter(request -> !request.isOver()).toList();
    if (requests.isEmpty()) {
      return;
    }
    try {
      Samples samples = requests.get(0).samples();
      if (requests.size() > 1) {
        samples = samples.followedBy(requests.stream().skip(1).map(Request::samples).toList());
      }
      Judgements together = judge(samples, requests.size(), also);
      int first = 0;
      for (Request request : requests) {
        answer(request, together.slice(first, request.samples().count()));
        first += request.samples().count();
      }
    } catch (Throwable e) {
      if (requests.size() == 1 || closed || unusable != null) {
        requests.forEach(request -> request.fail(e));
      } else {
        requests.forEach(request -> runTogether(List.of(request), also));
      }
    }
  }

  private Judgements judge(Samples samples, int requests, Set<Output> also) {
    RefusedException refusal = unusable;
    if (refusal != null) {
      throw refusal;
    }
    if (closed) {
      throw unloaded();
    }
    long start = nanoTime.getAsLong();
    Judgements judgements;
    try {
      judgements = scorer.judge(samples, also);
    } catch (ArtifactException e) {
      throw new RefusedException(
          Refusal.NOT_READY,
          "model '"
              + model
              + "' version "
              + version
              + ": its file, which is needed again, cannot be used; ask again when it is back, or"
              + " another version has taken its place",
          e);
    } catch (IllegalStateException e) {
      throw closed ? unloaded() : e;
    }
    listener.ran(
        model,
        version,
        samples.count(),
        requests,
        (nanoTime.getAsLong() - start) / NANOS_PER_SECOND);
    return judgements;
  }

  private void answer(Request request, Judgements fitted) {
    boolean unused = request.verdicts().complete(finished(request, fitted));
  }

  private Judgements finished(Request request, Judgements fitted) {
    Judgements inForce =
        fitted.under(request.version().threshold().orElseThrow(), request.samples());
    if (request.heard()) {
      tap.judged(request.version(), request.samples(), inForce);
    }
    return inForce;
  }

  /** Lets the tap hear verdicts that were made of unheard ones. */
  public void tell(ModelVersion of, Samples samples, Judgements told) {
    tap.judged(of, samples, told);
  }

  public RefusedException unloaded() {
    return new RefusedException(
        Refusal.NOT_READY,
        "model '" + model + "' version " + version + ": was unloaded; try again");
  }
}
