package io.latentry.server.retraining;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.promotion.ShadowTrial;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.VerdictTap;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Has challengers judge what their champions judged, where nobody hears it. Thread-safe.
 *
 * <p>Callers wait for none of it: what a champion judged goes into a short queue, and is left out
 * where that is full; the thread rests as long as it works, so that callers have at least half of
 * what the machine can do.
 */
final class ShadowTap implements VerdictTap, AutoCloseable {
  private static final int MOST_WAITING = 64;

  /** Of one request. */
  private static final int MOST_ROWS = 4_096;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Map<String, Pair> pairs = new ConcurrentHashMap<>();
  private final Thread judging = new Thread(this::work, "latentry-shadow");
  private volatile @Nullable ModelHost host;
  private volatile boolean closing;

  private static final class Pair {
    final int champion;
    final int challenger;

    /** Whether the challenger answers callers too. */
    final boolean shared;

    private ShadowTrial since = ShadowTrial.NONE;

    Pair(int champion, int challenger, boolean shared) {
      this.champion = champion;
      this.challenger = challenger;
      this.shared = shared;
    }

    boolean answers(int version) {
      return shared && version == challenger;
    }

    synchronized void add(ShadowTrial more) {
      since = since.and(more);
    }

    synchronized ShadowTrial take() {
      ShadowTrial taken = since;
      since = ShadowTrial.NONE;
      return taken;
    }
  }

  void start(ModelHost models) {
    host = models;
    judging.setDaemon(true);
    judging.start();
  }

  /**
   * From now on {@code challenger} judges what {@code champion} of the model does.
   *
   * @param shared whether the champion also judges what the challenger answers
   */
  void begin(String model, int champion, int challenger, boolean shared) {
    Pair known = pairs.get(model);
    if (known == null
        || known.champion != champion
        || known.challenger != challenger
        || known.shared != shared) {
      pairs.put(model, new Pair(champion, challenger, shared));
    }
  }

  void end(String model) {
    pairs.remove(model);
  }

  /** What came since it was asked the last time. */
  ShadowTrial take(String model) {
    Pair pair = pairs.get(model);
    return pair == null ? ShadowTrial.NONE : pair.take();
  }

  @Override
  public void judged(ModelVersion version, Samples samples, Judgements judged) {
    Pair pair = pairs.get(version.name());
    if (pair != null
        && (pair.champion == version.version() || pair.answers(version.version()))
        && judged.count() <= MOST_ROWS
        && judged.count() > 0) {
      boolean unused = queue.offer(() -> judge(version, pair, samples, judged));
    }
  }

  private void work() {
    while (!closing) {
      try {
        Runnable work = queue.poll(1, TimeUnit.SECONDS);
        if (work != null) {
          long start = System.nanoTime();
          work.run();
          Thread.sleep(Math.min(1_000, (System.nanoTime() - start) / 1_000_000));
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException gone) {
        // A challenger that cannot judge these rows is not counted by them; too few rows tell.
      }
    }
  }

  private void judge(ModelVersion teller, Pair pair, Samples samples, Judgements told) {
    ModelHost models = host;
    if (models == null) {
      return;
    }
    boolean isChampions = teller.version() == pair.champion;
    int other = isChampions ? pair.challenger : pair.champion;
    try (ModelLease lease = models.lend(teller.name(), OptionalInt.of(other))) {
      Optional<Rows> rows = SameColumns.under(lease.manifest().schema(), samples);
      if (rows.isPresent()) {
        Judgements untold = lease.judgeUntold(rows.get(), Set.of(), PATIENCE).join();
        pair.add(isChampions ? compared(told, untold) : compared(untold, told));
      }
    } catch (RefusedException | CompletionException notNow) {
      // Left out.
    }
  }

  private static ShadowTrial compared(Judgements champion, Judgements challenger) {
    long both = 0;
    for (int row = 0; row < champion.count(); row++) {
      if (champion.verdict(row) == Verdict.ANOMALY && challenger.verdict(row) == Verdict.ANOMALY) {
        both++;
      }
    }
    return new ShadowTrial(
        champion.count(),
        champion.count(Verdict.ANOMALY),
        challenger.count(Verdict.ANOMALY),
        both,
        champion.count(Verdict.UNSCORABLE),
        challenger.count(Verdict.UNSCORABLE));
  }

  @Override
  public void close() {
    closing = true;
    judging.interrupt();
  }
}
