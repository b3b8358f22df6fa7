package io.latentry.bench.calibration;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.evaluation.ClopperPearson;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.graph.Output;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.train.HeldOut;
import io.latentry.pipeline.train.TrainedFolds;
import io.latentry.training.fit.TrainingStart;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;

/**
 * One fit, and what its threshold does to normal rows that it never saw.
 *
 * @param rows normal ones that the fit learned from
 * @param calibrationRows those of them that calibrated
 * @param promised false-alarm rate
 * @param upperBound of it, as promised with 95 % confidence
 * @param fresh normal rows judged
 * @param alarms among them
 * @param unscorable further fresh rows that could not be judged, and are not counted
 */
public record PromiseTrial(
    String set,
    int rows,
    long seed,
    int calibrationRows,
    double promised,
    double upperBound,
    int fresh,
    int alarms,
    int unscorable) {

  /** Fits as {@code fit} does, on the rows of {@code data} that are not fresh. */
  public static PromiseTrial run(String set, SharedOut data, FitConfig config) {
    DataSplit split = data.split(SplitConfig.DEFAULT, config.seed());
    TrainedFolds models =
        TrainedFolds.train(
            split,
            config.training().threads(),
            Progress.QUIET,
            (training, validation, part, steps) ->
                TrainedFolds.detector(
                    config,
                    data,
                    training,
                    validation,
                    part,
                    steps,
                    TrainingStart.fresh(),
                    Optional.empty()));
    HeldOut heldOut = models.heldOut(data, split, config.seed(), config.training().threads());
    ScoreMix mix =
        ScoreMix.fit(config.settledCalibration(), heldOut.normals(), heldOut.perturbed());
    Threshold threshold =
        data.threshold(
                config.calibration(), split.calibration(), heldOut.calibrationScores(mix), set)
            .threshold();
    double[] scores =
        models
            .last()
            .withMix(mix)
            .run(data.fresh(), EnumSet.of(Output.SCORE))
            .doubles(Output.SCORE);
    return new PromiseTrial(
        set,
        data.counts().normal(),
        config.seed(),
        threshold.calibrationRows(),
        threshold.falseAlarmRate(),
        threshold.falseAlarmRateUpperBound(),
        scores.length,
        (int) Arrays.stream(scores).filter(threshold::isExceededBy).count(),
        data.unscorable());
  }

  @JsonProperty("observed")
  public double observed() {
    return (double) alarms / fresh;
  }

  /** Whether the share of alarms among the fresh rows, taken as it is, is within the bound. */
  @JsonProperty("within_bound")
  public boolean isWithinBound() {
    return observed() <= upperBound;
  }

  /**
   * Whether the fresh rows show that the rate is above the bound: whether its one-sided 95 % lower
   * bound is (Clopper and Pearson). A rate within the bound is taken for a broken one in at most
   * one of twenty trials, and only if it lies at the bound.
   */
  @JsonProperty("broken")
  public boolean isBroken() {
    return ClopperPearson.lowerBound(alarms, fresh, 0.95) > upperBound;
  }
}
