package io.latentry.spark;

import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerCache;
import io.latentry.scoring.ScorerOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The scorers of this process, an executor or the driver: one for each artifact, shared by the
 * tasks. Those used last stay open between tasks, since opening takes longer than a small task.
 */
final class ProcessScorers {
  /** That stay open though no task uses them. */
  static final int MOST_IDLE = 4;

  /** Tasks are what runs side by side here; a scorer has the thread of its task. */
  private static final ScorerCache CACHE = new ScorerCache(ScorerOptions.threads(1));

  /** By scorer, the lease that keeps it open; the one that was used longest ago first. */
  private static final Map<Scorer, ScorerCache.Lease> IDLE = new LinkedHashMap<>(8, 0.75f, true);

  private ProcessScorers() {}

  /**
   * @throws io.latentry.core.artifact.ArtifactException if these bytes are no artifact
   */
  static ScorerCache.Lease lease(byte[] artifact) {
    ScorerCache.Lease lease = CACHE.lease(artifact);
    ScorerCache.Lease eldest = null;
    synchronized (IDLE) {
      if (IDLE.get(lease.scorer()) == null) {
        IDLE.put(lease.scorer(), CACHE.lease(artifact));
        if (IDLE.size() > MOST_IDLE) {
          Scorer first = IDLE.keySet().iterator().next();
          eldest = IDLE.remove(first);
        }
      }
    }
    if (eldest != null) {
      eldest.close();
    }
    return lease;
  }
}
