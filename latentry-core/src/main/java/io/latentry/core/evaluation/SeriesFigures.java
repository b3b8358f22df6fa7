package io.latentry.core.evaluation;

import java.util.Arrays;
import java.util.List;

/**
 * What {@link SeriesEvaluation} tells with intervals, of some series.
 *
 * @param falseAlarmsPerPoint runs of alarms that touch no event, by all points
 */
record SeriesFigures(
    double vusPr,
    double vusRoc,
    double auprc,
    double auroc,
    double rangePrecision,
    double rangeRecall,
    double falseAlarmRate,
    double falseAlarmsPerPoint) {

  /**
   * @param keys no point without a score
   */
  static SeriesFigures of(List<LabelledSeries> keys, double threshold, int window) {
    double[] normals = LabelledSeries.scoresOf(keys, false);
    double[] anomalies = LabelledSeries.scoresOf(keys, true);
    Volumes volumes = Volumes.of(keys, window);
    RangeScores ranges = RangeScores.of(keys, threshold);
    long above = Arrays.stream(normals).filter(score -> score > threshold).count();
    return new SeriesFigures(
        volumes.pr(),
        volumes.roc(),
        Areas.auprc(normals, anomalies),
        Areas.auroc(normals, anomalies),
        ranges.precision(),
        ranges.recall(),
        (double) above / normals.length,
        (double) EventOutcome.falseAlarms(keys, threshold) / (normals.length + anomalies.length));
  }
}
