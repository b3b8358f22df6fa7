package io.latentry.pipeline.evidence;

import io.latentry.core.evaluation.Interval;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The evidence for a model. Everything but {@link #latency} is a function of the request and the
 * files that it names, on one kind of machine.
 *
 * @param shadow null if there was no set of known anomalies
 */
public record EvidencePack(
    int formatVersion,
    Request request,
    Fingerprints fingerprints,
    Figures figures,
    OverSeeds overSeeds,
    List<Segment> worstSegments,
    @Nullable Shadow shadow,
    Latency latency,
    List<String> limits) {

  /** The version that this code writes and reads. */
  public static final int FORMAT_VERSION = 1;

  /**
   * What was asked; enough to recompute the pack.
   *
   * @param test labelled rows that the model was not fitted on: files or globs
   * @param normal the label of normal rows
   * @param segment column whose values are looked at apart; null for none
   * @param train rows to fit again on under other seeds; empty for none
   * @param seeds how many; at least 2 with {@code train}
   * @param shadow known anomalies; empty for none
   */
  public record Request(
      String model,
      List<String> test,
      String label,
      String normal,
      @Nullable String segment,
      List<String> train,
      int seeds,
      List<String> shadow) {

    public Request {
      test = List.copyOf(test);
      train = List.copyOf(train);
      shadow = List.copyOf(shadow);
      if (!train.isEmpty() && (seeds < 2 || seeds > 100)) {
        throw new IllegalArgumentException(
            "seeds: " + seeds + " (expected: 2 to 100; one fit says nothing of the spread)");
      }
    }
  }

  /**
   * @param modelId digest of preprocessing, weights and mix
   * @param threshold in force
   * @param test SHA-256 over the files' bytes; likewise {@code train} and {@code shadow}, empty
   *     where there are none
   * @param versions of Latentry and its engines that computed the pack
   */
  public record Fingerprints(
      String modelId,
      double threshold,
      String fittedOn,
      String test,
      String train,
      String shadow,
      Map<String, String> versions) {}

  /** On the labelled rows, at the threshold in force. */
  public record Figures(
      int normals,
      int anomalies,
      int unscorable,
      Interval auroc,
      Interval auprc,
      Interval recall,
      Interval falseAlarmRate,
      double promisedFalseAlarmRate) {}

  /**
   * The same model fitted again under other seeds and judged on the same rows.
   *
   * @param auroc mean over seeds with the 95 % interval of a seed's mean by Student's t; likewise
   *     the others; NaN throughout without fits
   */
  public record OverSeeds(
      List<SeedFigures> fits,
      Interval auroc,
      Interval auprc,
      Interval recall,
      Interval falseAlarmRate) {}

  /** One fit. */
  public record SeedFigures(
      long seed, double auroc, double auprc, double recall, double falseAlarmRate) {}

  /** Normal rows of one segment. */
  public record Segment(String name, long normals, Interval falseAlarmRate) {}

  /** Known anomalies found. */
  public record Shadow(long known, long found, Interval recall) {}

  /**
   * How fast, on the machine that made the pack; never compared.
   *
   * @param oneRowP50Micros median of single rows; likewise the 99th percentile
   * @param rowsPerSecond in one large batch
   */
  public record Latency(
      double oneRowP50Micros, double oneRowP99Micros, double rowsPerSecond, int cores) {}

  public EvidencePack {
    worstSegments = List.copyOf(worstSegments);
    limits = List.copyOf(limits);
  }
}
