package io.latentry.load.stream;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/**
 * What a cluster that no one here has would do: keys spread over partitions by the very function of
 * Kafka's producers, partitions over copies by turns, and a backlog worked off second by second.
 */
public final class ScaleSimulation {
  private static final int LONGEST_SECONDS = 7 * 24 * 3600;

  private ScaleSimulation() {}

  /**
   * @param keys {@code key-0, key-1, ...}
   * @param skew how much more often the first keys come: key k as often as {@code (k + 1) ** -skew}
   *     says; 0 for all alike
   * @param partitions of the topic
   * @param copies threads that judge
   * @param perSecond records, of all keys together
   * @param capacity records that a thread judges in a second
   * @param stateBytes of a key
   * @param pauseSeconds in which nobody judges
   */
  public record Request(
      int keys,
      double skew,
      int partitions,
      int copies,
      double perSecond,
      double capacity,
      int stateBytes,
      int pauseSeconds) {}

  /**
   * @param hottestPartition its records, as a multiple of the mean
   * @param hottestCopy its records, as a multiple of the mean
   * @param busiest share of its capacity that the hottest copy needs
   * @param mostStateBytes of the copy with most keys
   * @param catchUpSeconds after the pause until no copy is behind; -1 for never
   */
  public record Result(
      double hottestPartition,
      double hottestCopy,
      double busiest,
      long mostStateBytes,
      int catchUpSeconds) {}

  public static Result run(Request request) {
    double[] rates = new double[request.partitions()];
    long[] keys = new long[request.partitions()];
    double all = 0;
    for (int k = 0; k < request.keys(); k++) {
      double weight = Math.pow(k + 1.0, -request.skew());
      int partition =
          BuiltInPartitioner.partitionForKey(
              ("key-" + k).getBytes(StandardCharsets.UTF_8), request.partitions());
      rates[partition] += weight;
      keys[partition]++;
      all += weight;
    }
    double[] byCopy = new double[request.copies()];
    long[] keysByCopy = new long[request.copies()];
    for (int p = 0; p < rates.length; p++) {
      rates[p] *= request.perSecond() / all;
      byCopy[p % request.copies()] += rates[p];
      keysByCopy[p % request.copies()] += keys[p];
    }
    double hottest = Arrays.stream(byCopy).max().orElse(0);
    return new Result(
        Arrays.stream(rates).max().orElse(0) * request.partitions() / request.perSecond(),
        hottest * request.copies() / request.perSecond(),
        hottest / request.capacity(),
        Arrays.stream(keysByCopy).max().orElse(0) * request.stateBytes(),
        catchUp(byCopy, request.capacity(), request.pauseSeconds()));
  }

  private static int catchUp(double[] rates, double capacity, int pause) {
    double[] behind = Arrays.stream(rates).map(rate -> rate * pause).toArray();
    for (int second = 0; second <= LONGEST_SECONDS; second++) {
      if (Arrays.stream(behind).allMatch(left -> left <= 0)) {
        return second;
      }
      for (int i = 0; i < behind.length; i++) {
        behind[i] = Math.max(0, behind[i] + rates[i] - capacity);
      }
    }
    return -1;
  }

  public static void tell(Request request, PrintStream out) {
    Result result = run(request);
    out.printf(
        Locale.ROOT,
        "%,d keys, skew %.2f, %d partitions on %d threads, %,.0f records/s: the hottest partition"
            + " has %.2f times the mean, the hottest thread %.2f times and needs %.0f %% of %,.0f"
            + " records/s; most state %.2f GB; after a pause of %d s it %s%n",
        request.keys(),
        request.skew(),
        request.partitions(),
        request.copies(),
        request.perSecond(),
        result.hottestPartition(),
        result.hottestCopy(),
        100 * result.busiest(),
        request.capacity(),
        result.mostStateBytes() / 1e9,
        request.pauseSeconds(),
        result.catchUpSeconds() < 0
            ? "is never made up for"
            : "takes " + result.catchUpSeconds() + " s until nothing is behind");
  }
}
