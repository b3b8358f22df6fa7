package io.latentry.scoring;

import io.latentry.core.artifact.Digest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * One scorer for each artifact, told by the digest of its bytes, however many tasks of a process
 * ask for it: an engine is native memory, and tasks of a cluster's executor share one process. Keep
 * one cache a process. Thread-safe.
 */
public final class ScorerCache {
  private final ScorerOptions options;
  private final Map<String, Shared> open = new HashMap<>();

  /**
   * @param options of every scorer that it opens
   */
  public ScorerCache(ScorerOptions options) {
    this.options = options;
  }

  /** A scorer and how many have it. */
  private static final class Shared {
    final Scorer scorer;
    int leases;

    Shared(Scorer scorer) {
      this.scorer = scorer;
    }
  }

  /** The use of a scorer, until it is closed. */
  public final class Lease implements AutoCloseable {
    private final String digest;
    private final Scorer scorer;
    private boolean closed;

    private Lease(String digest, Scorer scorer) {
      this.digest = digest;
      this.scorer = scorer;
    }

    public Scorer scorer() {
      return scorer;
    }

    /** Gives the scorer back; the last to do so closes it. */
    @Override
    public void close() {
      synchronized (open) {
        if (closed) {
          return;
        }
        closed = true;
        Shared shared = open.get(digest);
        if (shared != null && --shared.leases == 0) {
          open.remove(digest);
          shared.scorer.close();
        }
      }
    }
  }

  /**
   * The scorer of an artifact, opened if nobody has it.
   *
   * @throws io.latentry.core.artifact.ArtifactException as {@link Scorer#open(byte[],
   *     ScorerOptions)} does
   */
  public Lease lease(byte[] artifact) {
    String digest = HexFormat.of().formatHex(Digest.sha256().digest(artifact));
    synchronized (open) {
      Shared shared = open.get(digest);
      if (shared == null) {
        shared = new Shared(Scorer.open(artifact, options));
        open.put(digest, shared);
      }
      shared.leases++;
      return new Lease(digest, shared.scorer);
    }
  }
}
