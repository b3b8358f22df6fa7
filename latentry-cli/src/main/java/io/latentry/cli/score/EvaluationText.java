package io.latentry.cli.score;

import io.latentry.cli.terminal.Wording;
import io.latentry.core.evaluation.Interval;
import io.latentry.pipeline.score.EvaluatePipeline;
import java.util.List;
import java.util.Map;

/** What an evaluation says, in words and as a document. */
public final class EvaluationText {
  private EvaluationText() {}

  /** One JSON document; keys become snake_case. */
  public record Document(
      int normalRows,
      int anomalousRows,
      String normal,
      double threshold,
      Interval auroc,
      Interval auprc,
      Interval recall,
      Interval falseAlarmRate,
      double promisedFalseAlarmRate,
      Map<String, Long> unscorableByLabel,
      long unlabelled) {}

  public static Document document(EvaluatePipeline.Outcome outcome, double promised) {
    var evaluation = outcome.evaluation();
    return new Document(
        evaluation.normals(),
        evaluation.anomalies(),
        outcome.normal(),
        outcome.threshold(),
        evaluation.auroc(),
        evaluation.auprc(),
        evaluation.recall(),
        evaluation.falseAlarmRate(),
        promised,
        outcome.unscorable(),
        outcome.unlabelled());
  }

  /** One line for each figure, with its 95 % interval. */
  public static List<String[]> lines(EvaluatePipeline.Outcome outcome, double promised) {
    var evaluation = outcome.evaluation();
    String[] falseAlarms = {
      "false alarms",
      share(evaluation.falseAlarmRate()),
      "of "
          + Wording.count(evaluation.normals())
          + " normal rows; promised "
          + Wording.percent(promised)
    };
    if (evaluation.anomalies() == 0) {
      return List.of(
          falseAlarms,
          new String[] {
            "recall", "none", "no anomaly was judged: AUROC, AUPRC and recall need some"
          });
    }
    return List.of(
        new String[] {
          "AUROC", area(evaluation.auroc()), "a random anomaly scores above a random normal row"
        },
        new String[] {
          "AUPRC",
          area(evaluation.auprc()),
          "precision over all recalls; "
              + Wording.area(
                  (double) evaluation.anomalies() / (evaluation.anomalies() + evaluation.normals()))
              + " by chance"
        },
        new String[] {
          "recall",
          share(evaluation.recall()),
          "of " + Wording.count(evaluation.anomalies()) + " anomalies found at the threshold"
        },
        falseAlarms);
  }

  private static String area(Interval interval) {
    return Wording.area(interval.estimate())
        + " ("
        + Wording.area(interval.low())
        + " to "
        + Wording.area(interval.high())
        + ")";
  }

  private static String share(Interval interval) {
    return Wording.percent(interval.estimate())
        + " ("
        + Wording.percent(interval.low())
        + " to "
        + Wording.percent(interval.high())
        + ")";
  }
}
