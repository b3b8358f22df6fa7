package io.latentry.core.monitoring;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What was seen of a version in some time, as counts: of two times, or two services, the sum is
 * what was seen in both. It holds no row. Immutable by agreement: arrays are handed over, not
 * copied.
 *
 * @param unscorableBy rows without a verdict by the kind of reason
 * @param novelties values of a kind that training never saw, by column
 * @param missed rows that were judged and are in none of these counts, since too many came at once
 * @param requests for verdicts that were answered; {@code failed} of them with an error of ours
 * @param latency {@code [LATENCY_MILLIS.length + 1]}: requests by how long they took
 * @param quantities as {@link Quantity#of} lists them; none if the artifact has no reference.
 *     Latent means, which come last, are not in profiles from before they were counted
 */
public record Profile(
    long normal,
    long anomaly,
    long unscorable,
    SortedMap<String, Long> unscorableBy,
    SortedMap<String, Long> novelties,
    long missed,
    long requests,
    long failed,
    long[] latency,
    List<Counts> quantities) {

  /** Upper ends of the bins of latency; the last bin has none. */
  static final double[] LATENCY_MILLIS = {
    0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000
  };

  /** That a packed profile may unfold to. */
  private static final int MOST_BYTES = 64 << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /**
   * Of rows that got a verdict, one quantity.
   *
   * @param rows {@code [bins]}
   * @param alarms {@code [bins]}: those of them that were anomalies
   */
  public record Counts(long[] rows, long[] alarms, long missing, long missingAlarms) {
    /** What was seen in both. */
    public Counts plus(Counts other) {
      return new Counts(
          sum(rows, other.rows),
          sum(alarms, other.alarms),
          missing + other.missing,
          missingAlarms + other.missingAlarms);
    }

    /** Rows with a value. */
    public long present() {
      return Arrays.stream(rows).sum();
    }
  }

  /** Of a time in which nothing came. */
  public static Profile none(List<Quantity> quantities) {
    return new ProfileCounter(quantities).profile();
  }

  /** Rows with a verdict. */
  public long judged() {
    return normal + anomaly;
  }

  /**
   * The sum, which has every quantity that either has.
   *
   * @throws IllegalArgumentException if the other one has other bins
   */
  public Profile plus(Profile other) {
    List<Counts> both = new ArrayList<>();
    for (int i = 0; i < Math.max(quantities.size(), other.quantities.size()); i++) {
      both.add(
          i >= quantities.size()
              ? other.quantities.get(i)
              : i >= other.quantities.size()
                  ? quantities.get(i)
                  : quantities.get(i).plus(other.quantities.get(i)));
    }
    return new Profile(
        normal + other.normal,
        anomaly + other.anomaly,
        unscorable + other.unscorable,
        sum(unscorableBy, other.unscorableBy),
        sum(novelties, other.novelties),
        missed + other.missed,
        requests + other.requests,
        failed + other.failed,
        sum(latency, other.latency),
        both);
  }

  /**
   * The time in milliseconds that so many of the requests took at most, as the upper end of a bin;
   * NaN if there were none, infinite beyond the last bin.
   */
  public double latencyMillis(double share) {
    long all = Arrays.stream(latency).sum();
    if (all == 0) {
      return Double.NaN;
    }
    long seen = 0;
    for (int i = 0; i < LATENCY_MILLIS.length; i++) {
      seen += latency[i];
      if (seen >= share * all) {
        return LATENCY_MILLIS[i];
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  /** As JSON, packed by gzip. */
  public byte[] packed() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream packing = new GZIPOutputStream(bytes)) {
      JSON.writeValue(packing, this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalArgumentException if these are no packed profile
   */
  public static Profile unpacked(byte[] bytes) {
    try (GZIPInputStream unpacking = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      byte[] json = unpacking.readNBytes(MOST_BYTES);
      return JSON.readValue(json, Profile.class);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "profile: " + bytes.length + " bytes that are none (expected: one that was recorded)", e);
    }
  }

  private static long[] sum(long[] one, long[] other) {
    if (one.length != other.length) {
      throw new IllegalArgumentException(
          "bins: " + one.length + " and " + other.length + " (expected: of one version)");
    }
    long[] sum = one.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
    return sum;
  }

  private static SortedMap<String, Long> sum(Map<String, Long> one, Map<String, Long> other) {
    SortedMap<String, Long> sum = new TreeMap<>(one);
    other.forEach((key, count) -> sum.merge(key, count, Long::sum));
    return sum;
  }
}
