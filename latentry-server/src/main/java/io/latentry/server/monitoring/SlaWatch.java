package io.latentry.server.monitoring;

import io.latentry.server.config.LatencySla;
import io.latentry.server.registry.Recorded.SlaCount;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Holds requests against what was agreed of their latency, by model and door. Thread-safe.
 *
 * <p>The <em>burn rate</em> is the share of requests that were too slow, or failed, over the share
 * that may be. It is looked at over the window and over {@value #LONG} of them: the long one tells
 * that it matters, by more than chance, the short one that it goes on.
 *
 * @see <a href="https://sre.google/workbook/alerting-on-slos/">Multiwindow, multi-burn-rate alerts,
 *     of which the two windows are</a>
 */
public final class SlaWatch {
  static final int LONG = 12;
  private static final int BUCKETS_PER_WINDOW = 10;
  private static final int BUCKETS = LONG * BUCKETS_PER_WINDOW;

  /** Of a breach by chance, where all is as agreed. */
  private static final double CHANCE = 1e-3;

  private static final int FEWEST_REQUESTS = 10;

  /** A breach is over when so much is burnt at most, so that it does not come and go. */
  private static final double CALM = 0.5;

  private static final int MOST_RINGS = 10_000;
  private static final double NANOS_PER_MILLI = 1e6;

  private final List<LatencySla> agreed;
  private final Clock clock;
  private final Instant start;
  private final Map<Key, Ring> rings = new ConcurrentHashMap<>();

  private record Key(String model, String door, LatencySla sla) {}

  /**
   * How one stands.
   *
   * @param sla as agreed
   * @param requests of the window; {@code slow} of them were too slow, or failed
   * @param burn over the window, and {@code burnLong} over {@value #LONG} of them; NaN without
   *     requests
   */
  public record Standing(
      String model,
      String door,
      String sla,
      long requests,
      long slow,
      double burn,
      double burnLong,
      boolean breached) {}

  private static final class Ring {
    final long[] requests = new long[BUCKETS];
    final long[] slow = new long[BUCKETS];
    long latest;
    boolean breached;

    void forward(long bucket) {
      for (long next = Math.max(latest + 1, bucket - BUCKETS + 1); next <= bucket; next++) {
        int at = (int) (next % BUCKETS);
        requests[at] = 0;
        slow[at] = 0;
      }
      latest = Math.max(latest, bucket);
    }

    long sum(long[] of, int buckets) {
      long sum = 0;
      for (long bucket = latest; bucket > latest - buckets && bucket >= 0; bucket--) {
        sum += of[(int) (bucket % BUCKETS)];
      }
      return sum;
    }
  }

  public SlaWatch(List<LatencySla> agreed, Clock clock) {
    this.agreed = List.copyOf(agreed);
    this.clock = clock;
    this.start = clock.instant();
  }

  /** A request for verdicts of a model is over. */
  public void answered(String model, String door, long nanos, boolean failed) {
    for (LatencySla sla : agreed) {
      if (!sla.isAbout(model)) {
        continue;
      }
      Key key = new Key(model, door, sla);
      Ring ring = rings.get(key);
      if (ring == null && rings.size() < MOST_RINGS) {
        ring = rings.computeIfAbsent(key, fresh -> new Ring());
      }
      if (ring == null) {
        continue;
      }
      boolean isSlow = failed || nanos / NANOS_PER_MILLI > sla.millis();
      synchronized (ring) {
        ring.forward(bucket(sla));
        int at = (int) (ring.latest % BUCKETS);
        ring.requests[at]++;
        ring.slow[at] += isSlow ? 1 : 0;
      }
    }
  }

  private long bucket(LatencySla sla) {
    return Math.floorDiv(clock.millis(), sla.window().toMillis() / BUCKETS_PER_WINDOW);
  }

  /** How every one stands that had a request, by model and door. */
  public List<Standing> standings() {
    return rings.entrySet().stream()
        .map(entry -> standing(entry.getKey(), entry.getValue()))
        .sorted(
            Comparator.comparing(Standing::model)
                .thenComparing(Standing::door)
                .thenComparing(Standing::sla))
        .toList();
  }

  private Standing standing(Key key, Ring ring) {
    synchronized (ring) {
      ring.forward(bucket(key.sla()));
      long requests = ring.sum(ring.requests, BUCKETS_PER_WINDOW);
      long slow = ring.sum(ring.slow, BUCKETS_PER_WINDOW);
      long requestsLong = ring.sum(ring.requests, BUCKETS);
      long slowLong = ring.sum(ring.slow, BUCKETS);
      double allowed = 1 - key.sla().promised();
      double burn = burn(slow, requests, allowed);
      double burnLong = burn(slowLong, requestsLong, allowed);
      if (ring.breached) {
        ring.breached = burn > CALM && burnLong > 1;
      } else {
        ring.breached =
            requests >= FEWEST_REQUESTS
                && burn > 1
                && burnLong > 1
                && chance(slowLong, requestsLong, allowed) <= CHANCE;
      }
      return new Standing(
          key.model(), key.door(), key.sla().text(), requests, slow, burn, burnLong, ring.breached);
    }
  }

  private static double burn(long slow, long requests, double allowed) {
    return requests == 0 ? Double.NaN : (double) slow / requests / allowed;
  }

  /** Of so many slow ones or more, where all is as agreed. */
  private static double chance(long slow, long requests, double allowed) {
    int trials = (int) Math.min(Integer.MAX_VALUE - 1, requests);
    int found = (int) Math.min(trials, slow);
    return BinomialDistribution.of(trials, allowed).survivalProbability(found - 1);
  }

  /** What is known of requests, to be kept over a restart. */
  public List<SlaCount> counts() {
    return rings.entrySet().stream()
        .map(
            entry -> {
              Key key = entry.getKey();
              Ring ring = entry.getValue();
              synchronized (ring) {
                return new SlaCount(
                    key.model(),
                    key.door(),
                    key.sla().text(),
                    ring.latest,
                    ring.breached,
                    ring.requests.clone(),
                    ring.slow.clone());
              }
            })
        .toList();
  }

  /** Goes on from what was kept of what is agreed still. */
  public void restore(List<SlaCount> counts) {
    for (SlaCount count : counts) {
      boolean fits = count.requests().length == BUCKETS && count.slow().length == BUCKETS;
      agreed.stream()
          .filter(sla -> fits && sla.text().equals(count.sla()) && sla.isAbout(count.model()))
          .findFirst()
          .ifPresent(
              sla -> {
                Ring ring = new Ring();
                System.arraycopy(count.requests(), 0, ring.requests, 0, BUCKETS);
                System.arraycopy(count.slow(), 0, ring.slow, 0, BUCKETS);
                ring.latest = count.latest();
                ring.breached = count.breached();
                Ring unused = rings.putIfAbsent(new Key(count.model(), count.door(), sla), ring);
              });
    }
  }

  /** Whether anything is agreed. */
  public boolean isOn() {
    return !agreed.isEmpty();
  }

  /** Whether it ran for the longest window, so that what is not seen is not there. */
  public boolean isSettled() {
    Duration longest =
        agreed.stream()
            .map(LatencySla::window)
            .max(Comparator.naturalOrder())
            .orElse(Duration.ZERO);
    return !clock.instant().isBefore(start.plus(longest));
  }
}
