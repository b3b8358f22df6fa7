package io.latentry.server.retraining;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.Output;
import io.latentry.scoring.Judgements;
import io.latentry.server.serving.ForwardingHost;
import io.latentry.server.serving.ForwardingLease;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.RefusedException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A host by which challengers answer a share of the requests that name no version. Which, the hash
 * of a request's rows says: the same rows have the same version, here and in any other process.
 */
final class CanaryHost extends ForwardingHost {
  private final Map<String, Share> shares;

  /**
   * @param champion that it was proven beside; what another would answer, that answers
   * @param percent of the requests
   */
  record Share(int champion, int challenger, int percent) {
    boolean has(Rows rows) {
      long slots = 10_000;
      return Math.floorMod(hash(rows, challenger), slots) < percent * slots / 100;
    }
  }

  /** The shares by model. */
  static Map<String, Share> none() {
    return new ConcurrentHashMap<>();
  }

  /**
   * @param shares by model, which may change
   */
  CanaryHost(ModelHost host, Map<String, Share> shares) {
    super(host);
    this.shares = shares;
  }

  @Override
  public ModelLease lend(String name, OptionalInt version) {
    ModelLease champion = super.lend(name, version);
    Share share = version.isPresent() ? null : shares.get(name);
    return share == null || share.champion() != champion.version().version()
        ? champion
        : new SharedLease(champion, share);
  }

  private final class SharedLease extends ForwardingLease {
    private final ModelLease champion;
    private final Share share;
    private @Nullable ModelLease challenger;

    SharedLease(ModelLease champion, Share share) {
      super(champion);
      this.champion = champion;
      this.share = share;
    }

    @Override
    public synchronized ModelLease of(Samples samples) {
      if (!(samples instanceof Rows rows) || !share.has(rows)) {
        return champion;
      }
      ModelLease lent = challenger;
      if (lent == null) {
        try {
          lent = lent();
        } catch (RefusedException notNow) {
          return champion;
        }
        challenger = lent;
      }
      return SameColumns.under(lent.manifest().schema(), samples).isEmpty()
          ? champion
          : new ChallengerLease(lent);
    }

    private ModelLease lent() {
      return CanaryHost.super.lend(champion.version().name(), OptionalInt.of(share.challenger()));
    }

    @Override
    public synchronized void close() {
      ModelLease lent = challenger;
      if (lent != null) {
        lent.close();
      }
      super.close();
    }
  }

  /** Judges rows that were read for another version with the same columns. */
  private static final class ChallengerLease extends ForwardingLease {
    private final ModelLease lease;

    ChallengerLease(ModelLease lease) {
      super(lease);
      this.lease = lease;
    }

    @Override
    public CompletableFuture<Judgements> judge(Samples samples, Set<Output> also, Duration within) {
      Optional<Rows> rows = SameColumns.under(lease.manifest().schema(), samples);
      return super.judge(rows.isPresent() ? rows.get() : samples, also, within);
    }

    /** The host's own closes it. */
    @Override
    public void close() {}
  }

  /** Of all cells, by FNV-1a in 64 bits, well mixed. */
  private static long hash(Rows rows, int seed) {
    long hash = 0xcbf29ce484222325L ^ seed;
    for (float number : rows.numeric()) {
      hash = (hash ^ Float.floatToIntBits(number)) * 0x100000001b3L;
    }
    for (String text : rows.categorical()) {
      hash = (hash ^ text.hashCode()) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
