package io.latentry.core.calibration;

import io.latentry.core.data.DataException;
import io.latentry.core.evaluation.OrderStatistics;
import io.latentry.core.evaluation.SampleMoments;
import io.latentry.core.graph.Tolerance;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Finds the score above which normal rows come at the promised rate, and refuses what the rows
 * cannot support.
 *
 * <p>{@code QUANTILE} promises by ranks alone and takes {@code 1 / rate - 1} rows. The other rules
 * assume a shape and so reach beyond the rows, at most {@value #REACH} times: {@code GAUSSIAN_TAIL}
 * and {@code ONE_CLASS_GAUSSIAN} by moments (from {@value #FEWEST_FOR_MOMENTS} rows on), {@code
 * EXTREME_VALUE} by a {@link ParetoTail} of the top tenth (from {@value #FEWEST_FOR_TAIL} rows on).
 * An assumption that the same rows contradict (more of them above the threshold than the promise
 * gives in one sample of a thousand) is refused too.
 *
 * <p>{@code ONE_CLASS_GAUSSIAN}: both scaled terms are taken as one Gaussian, whose ellipse {@code
 * Mahalanobis**2 <= -2 log(rate)} holds {@code 1 - rate} of it. The mix is linear in the terms (for
 * the product, in their logarithms), so the largest score inside the ellipse is {@code mean +
 * sqrt(-2 log(rate)) * standardDeviation} of the scores: no row inside is an alarm. The rows
 * outside that score low are none either, so this rule is stricter than asked: rate 0.01 becomes
 * 0.0012 if the terms are Gaussian.
 *
 * @param rowsAbove calibration rows above the threshold
 * @param tail the fitted tail, for {@code EXTREME_VALUE}
 * @param notes what was done other than asked, for people
 */
public record ThresholdFit(
    Threshold threshold, int rowsAbove, Optional<ParetoTail> tail, List<String> notes) {

  /** The origin of a threshold that a fit found. */
  public static final String ORIGIN = "fit";

  /** How far below {@code 1 / (rows + 1)} a rule with an assumed shape may promise. */
  public static final int REACH = 10;

  /** Fewer rows say too little of a standard deviation. */
  public static final int FEWEST_FOR_MOMENTS = 30;

  /** Fewer rows leave too few in the tail. */
  public static final int FEWEST_FOR_TAIL =
      (int) (ParetoTail.FEWEST_EXCESSES / ParetoTail.TAIL_SHARE);

  /** A rate that nobody asked for is not relaxed beyond this. */
  public static final double MOST_RELAXED_RATE = 0.1;

  private static final double CONTRADICTION = 1e-3;

  public ThresholdFit {
    notes = List.copyOf(notes);
  }

  /**
   * Fits by the rule and rate of {@code config}. A rate that nobody asked for is relaxed to what
   * the rows support, with a note.
   *
   * <p>The upper bound of the false-alarm rate is that of {@link FalseAlarmBound}: by the rows
   * above the threshold, with an allowance for the model that ships being another than those that
   * scored them. It is a little small for rules fitted on the same rows.
   *
   * @param normalScores {@code [rows]}, of held-out (or cross-validated) normal rows, finite
   * @throws DataException if the rows cannot support the promise
   */
  public static ThresholdFit fit(CalibrationConfig config, double[] normalScores, String modelId) {
    return fit(config, normalScores, Optional.empty(), "rows", modelId);
  }

  /** The same of images, which messages call so. */
  public static ThresholdFit fitImages(
      CalibrationConfig config, double[] normalScores, String modelId) {
    return fit(config, normalScores, Optional.empty(), "images", modelId);
  }

  /**
   * The same of points of series, whose neighbours go together: of so many of them one counts, for
   * what the rows support and for the bound ({@link DesignEffect}).
   *
   * @param runs {@code [runs][points]}: points that follow one another, held-out normal ones, in
   *     the order of time
   * @throws DataException if the points cannot support the promise
   */
  public static ThresholdFit fitSeries(
      CalibrationConfig config, List<double[]> runs, String modelId) {
    double[] scores = runs.stream().flatMapToDouble(Arrays::stream).toArray();
    return fit(config, scores, Optional.of(runs), "points", modelId);
  }

  /**
   * @param runs of points that go together; empty of rows that are apart
   * @param samples what messages call them
   */
  private static ThresholdFit fit(
      CalibrationConfig config,
      double[] normalScores,
      Optional<List<double[]>> runs,
      String samples,
      String modelId) {
    Threshold.Rule rule = config.thresholdRule();
    int rows = normalScores.length;
    double[] sorted = OrderStatistics.sorted("normalScores", normalScores);
    double rate = config.targetFalseAlarmRate();
    double usual = OrderStatistics.quantile(sorted, 1 - rate);
    int counting = (int) effect(runs, usual).effectivePoints(rows);
    List<String> notes = new ArrayList<>();
    if (counting < rowsNeeded(rule, rate)) {
      double relaxed = counting < fewestRows(rule) ? 1 : smallestRate(rule, counting);
      if (config.isRateAskedFor() || (runs.isEmpty() && relaxed > MOST_RELAXED_RATE)) {
        throw tooFewRows(rule, rate, rows, counting, samples);
      }
      // Beyond that the bound says how little points promise that go together.
      boolean supported = relaxed <= MOST_RELAXED_RATE;
      relaxed = Math.min(relaxed, MOST_RELAXED_RATE);
      notes.add(
          String.format(
              Locale.ROOT,
              supported
                  ? "falseAlarmRate: %.4g, relaxed from %s: %s support no smaller one (%d would)"
                  : "falseAlarmRate: %.4g, relaxed from %s: %s support not even that; the bound says"
                      + " what may come (%d would support it)",
              relaxed,
              rate,
              counted(rows, counting, samples),
              rowsNeeded(rule, rate)));
      rate = relaxed;
    }
    Optional<ParetoTail> tail =
        rule == Threshold.Rule.EXTREME_VALUE ? Optional.of(tailOf(sorted)) : Optional.empty();
    double score =
        switch (rule) {
          case QUANTILE -> conformalQuantile(sorted, rate);
          case GAUSSIAN_TAIL -> gaussianTail(sorted, rate);
          case ONE_CLASS_GAUSSIAN ->
              oneClassGaussian(sorted, rate, config.combination() == ScoreMix.Combination.PRODUCT);
          case EXTREME_VALUE -> extremeValue(sorted, rate, tail.orElseThrow(), notes);
          case MANUAL, ADAPTIVE ->
              throw new IllegalArgumentException("rule: " + rule + " (expected: a fitted one)");
        };
    int above = (int) Arrays.stream(sorted).filter(s -> s > score).count();
    DesignEffect effect = effect(runs, score);
    if (rule != Threshold.Rule.QUANTILE) {
      requireNoContradiction(rule, rate, above, rows, effect);
    }
    int counted = rule == Threshold.Rule.QUANTILE ? atLeastSpent(above, rows, rate) : above;
    Threshold threshold =
        new Threshold(
            score, rule, rate, FalseAlarmBound.upper(counted, rows, effect), rows, modelId, ORIGIN);
    return new ThresholdFit(threshold, above, tail, notes);
  }

  /**
   * Refuses a rate that {@code rows} calibration rows cannot support, before any training.
   *
   * @throws DataException as {@link #fit} would
   */
  public static void requireSupport(CalibrationConfig config, int rows) {
    if (rows < rowsNeeded(config.thresholdRule(), config.targetFalseAlarmRate())) {
      throw tooFewRows(config.thresholdRule(), config.targetFalseAlarmRate(), rows, rows, "rows");
    }
  }

  /** The fewest normal rows from which {@code rule} promises {@code falseAlarmRate}. */
  public static int rowsNeeded(Threshold.Rule rule, double falseAlarmRate) {
    if (rule == Threshold.Rule.QUANTILE) {
      return FalseAlarmPromise.rowsNeeded(falseAlarmRate);
    }
    return Math.max(
        fewestRows(rule), FalseAlarmPromise.rowsNeeded(Math.min(falseAlarmRate * REACH, 0.5)));
  }

  /**
   * The smallest false-alarm rate that {@code rule} promises from {@code normalRows} rows.
   *
   * @throws DataException if the rule takes more rows for any rate
   */
  public static double smallestRate(Threshold.Rule rule, int normalRows) {
    if (normalRows < fewestRows(rule)) {
      throw tooFewRows(rule, 0.5, normalRows, normalRows, "rows");
    }
    double byRank = FalseAlarmPromise.smallestRate(normalRows);
    return rule == Threshold.Rule.QUANTILE ? byRank : byRank / REACH;
  }

  private static int fewestRows(Threshold.Rule rule) {
    return switch (rule) {
      case QUANTILE -> 1;
      case GAUSSIAN_TAIL, ONE_CLASS_GAUSSIAN -> FEWEST_FOR_MOMENTS;
      case EXTREME_VALUE -> FEWEST_FOR_TAIL;
      case MANUAL, ADAPTIVE ->
          throw new IllegalArgumentException("rule: " + rule + " (expected: a rule to be fitted)");
    };
  }

  /**
   * The smallest score that leaves at most {@code rate} of the ranks above it. Where scores tie
   * there, as those of repeated rows do, it lies above the tie by what a runtime may round, which
   * the probes allow: else rounding alone would call every such row an anomaly.
   */
  private static double conformalQuantile(double[] sorted, double rate) {
    int rank = sorted.length - FalseAlarmPromise.ranksToSpend(sorted.length, rate);
    double score = sorted[rank];
    return CalibrationSample.isTied(sorted, rank) ? score + Tolerance.of(score) : score;
  }

  /**
   * The calibration rows that a bound counts as above the quantile: {@code above}, or as many as
   * the rate allows where ties keep the quantile above more. Rows that tie for one model hardly do
   * for another, and which side of the threshold they come to lie on is no evidence of a lower
   * rate.
   */
  static int atLeastSpent(int above, int rows, double rate) {
    return Math.max(above, FalseAlarmPromise.ranksToSpend(rows, rate) - 1);
  }

  /**
   * The same with a bound that allows for one more row above the threshold: for a kind of row that
   * no calibration row is ({@link UnseenKind}).
   */
  public ThresholdFit withUnseenKind() {
    int rows = threshold.calibrationRows();
    int counted = Math.min(rows, atLeastSpent(rowsAbove, rows, threshold.falseAlarmRate()) + 1);
    Threshold allowing =
        new Threshold(
            threshold.score(),
            threshold.rule(),
            threshold.falseAlarmRate(),
            Math.max(threshold.falseAlarmRateUpperBound(), FalseAlarmBound.upper(counted, rows)),
            rows,
            threshold.modelId(),
            threshold.origin());
    return new ThresholdFit(allowing, rowsAbove, tail, notes);
  }

  private static double gaussianTail(double[] sorted, double rate) {
    SampleMoments moments = SampleMoments.of(sorted);
    return moments.mean()
        + Math.sqrt(moments.sampleVariance())
            * NormalDistribution.of(0, 1).inverseSurvivalProbability(rate);
  }

  private static double oneClassGaussian(double[] sorted, double rate, boolean product) {
    double[] linear = product ? Arrays.stream(sorted).map(Math::log).toArray() : sorted;
    SampleMoments moments = SampleMoments.of(linear);
    double furthest =
        moments.mean() + Math.sqrt(-2 * Math.log(rate)) * Math.sqrt(moments.sampleVariance());
    return product ? Math.exp(furthest) : furthest;
  }

  private static ParetoTail tailOf(double[] sorted) {
    try {
      return ParetoTail.fit(sorted);
    } catch (IllegalArgumentException e) {
      throw new DataException(
          "normalScores: too many ties in the tail ("
              + e.getMessage()
              + "); use threshold rule QUANTILE",
          e);
    }
  }

  private static double extremeValue(
      double[] sorted, double rate, ParetoTail tail, List<String> notes) {
    if (rate >= tail.tailShare()) {
      notes.add(
          "extreme value: falseAlarmRate "
              + rate
              + " is no tail event (tail: "
              + tail.tailShare()
              + "); the quantile is used");
      return conformalQuantile(sorted, rate);
    }
    if (tail.method() != ParetoTail.Method.MAXIMUM_LIKELIHOOD) {
      notes.add("extreme value: likelihood without a usable optimum; fitted by " + tail.method());
    }
    return tail.quantileAbove(rate);
  }

  private static DesignEffect effect(Optional<List<double[]>> runs, double score) {
    return runs.map(together -> DesignEffect.of(together, score)).orElse(DesignEffect.INDEPENDENT);
  }

  /** Of points that go together only so many count, above the threshold as beside it. */
  private static void requireNoContradiction(
      Threshold.Rule rule, double rate, int above, int rows, DesignEffect effect) {
    int counting = (int) Math.round(effect.effectivePoints(rows));
    int countingAbove = (int) Math.round(effect.effectivePoints(above));
    double chance =
        countingAbove == 0
            ? 1
            : BinomialDistribution.of(counting, rate).survivalProbability(countingAbove - 1);
    if (chance < CONTRADICTION) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "normalScores: %d of %d rows above the threshold (expected: about %.1f for"
                  + " falseAlarmRate %s); the scores have not the shape that rule %s assumes; use"
                  + " QUANTILE or EXTREME_VALUE",
              above,
              rows,
              rows * rate,
              rate,
              rule));
    }
  }

  /** {@code 412 normal rows}, and of points how many others count like them. */
  private static String counted(int rows, int counting, String samples) {
    return counting == rows
        ? rows + " normal " + samples
        : rows + " normal points, which count like " + counting + " that are apart,";
  }

  private static DataException tooFewRows(
      Threshold.Rule rule, double rate, int rows, int counting, String samples) {
    String inPlace =
        counting < fewestRows(rule) || smallestRate(rule, counting) >= 0.5
            ? ""
            // Rounded up, so that the figure named is one that will be accepted.
            : ", or ask for a rate of " + roundedUp(smallestRate(rule, counting)) + " or more";
    return new DataException(
        "normalScores: "
            + (counting == rows ? rows + " " + samples : counted(rows, counting, samples))
            + " (expected: >= "
            + rowsNeeded(rule, rate)
            + " for falseAlarmRate "
            + BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString()
            + (rule == Threshold.Rule.QUANTILE ? "" : " under rule " + rule)
            + "); add normal "
            + samples
            + inPlace);
  }

  private static String roundedUp(double rate) {
    return new BigDecimal(rate).round(new MathContext(3, RoundingMode.CEILING)).toPlainString();
  }
}
