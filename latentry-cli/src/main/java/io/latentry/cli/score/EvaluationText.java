package io.latentry.cli.score;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.latentry.cli.terminal.Wording;
import io.latentry.core.evaluation.Evaluation;
import io.latentry.core.evaluation.Interval;
import io.latentry.core.evaluation.SeriesEvaluation;
import io.latentry.pipeline.score.EvaluatePipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
      long unlabelled,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Points series) {}

  /** What is told of a series beside: by point with intervals over stretches of time, by event. */
  public record Points(
      Interval vusPr,
      Interval vusRoc,
      Interval auprc,
      Interval auroc,
      Interval rangePrecision,
      Interval rangeRecall,
      int events,
      Interval eventRecall,
      @Nullable Double medianDelay,
      @Nullable Interval falseAlarmsPerDay) {
    static Points of(SeriesEvaluation series) {
      return new Points(
          series.vusPr(),
          series.vusRoc(),
          series.auprc(),
          series.auroc(),
          series.rangePrecision(),
          series.rangeRecall(),
          series.events().size(),
          series.eventRecall(),
          series.medianDelay().isPresent() ? series.medianDelay().getAsDouble() : null,
          series.falseAlarmsPerDay().orElse(null));
    }
  }

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
        outcome.unlabelled(),
        outcome.series().map(Points::of).orElse(null));
  }

  /** One line for each figure, with its 95 % interval. */
  public static List<String[]> lines(EvaluatePipeline.Outcome outcome, double promised) {
    return outcome.series().isPresent() && outcome.evaluation().anomalies() > 0
        ? ofSeries(outcome.series().get(), falseAlarms(outcome.evaluation(), promised, "row"))
        : lines(outcome.evaluation(), promised, "row");
  }

  private static String[] falseAlarms(Evaluation evaluation, double promised, String sample) {
    return new String[] {
      "false alarms",
      share(evaluation.falseAlarmRate()),
      "of "
          + Wording.count(evaluation.normals())
          + " normal "
          + sample
          + "s; promised "
          + Wording.percent(promised)
    };
  }

  /**
   * The same of what is no series.
   *
   * @param sample what a verdict is about: {@code row} or {@code image}
   */
  static List<String[]> lines(Evaluation evaluation, double promised, String sample) {
    String[] falseAlarms = falseAlarms(evaluation, promised, sample);
    if (evaluation.anomalies() == 0) {
      return List.of(
          falseAlarms,
          new String[] {
            "recall", "none", "no anomaly was judged: AUROC, AUPRC and recall need some"
          });
    }
    return List.of(
        new String[] {
          "AUROC",
          area(evaluation.auroc()),
          "a random anomaly scores above a random normal " + sample
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

  private static List<String[]> ofSeries(SeriesEvaluation series, String[] falseAlarms) {
    List<String[]> lines = new ArrayList<>();
    lines.add(
        new String[] {
          "VUS-PR",
          area(series.vusPr()),
          "precision over all recalls, near misses in part; windows of 0 to "
              + series.window()
              + " points"
        });
    lines.add(
        new String[] {"AUPRC", area(series.auprc()), "precision over all recalls, point by point"});
    lines.add(
        new String[] {
          "AUROC", area(series.auroc()), "a random anomalous point scores above a normal one"
        });
    lines.add(
        new String[] {
          "events found",
          share(series.eventRecall()),
          "of "
              + Wording.count(series.events().size())
              + " events"
              + (series.medianDelay().isPresent()
                  ? ", in the median "
                      + Wording.figure(series.medianDelay().getAsDouble())
                      + " points after they began"
                  : "")
        });
    lines.add(new String[] {"range precision", share(series.rangePrecision()), "of the alarms"});
    lines.add(new String[] {"range recall", share(series.rangeRecall()), "of the events"});
    lines.add(falseAlarms);
    series
        .falseAlarmsPerDay()
        .ifPresent(
            perDay ->
                lines.add(
                    new String[] {
                      "a day",
                      Wording.figure(perDay.estimate())
                          + " ("
                          + Wording.figure(perDay.low())
                          + " to "
                          + Wording.figure(perDay.high())
                          + ")",
                      "false alarms, those that follow one another as one"
                    }));
    return lines;
  }

  static String area(Interval interval) {
    return Wording.area(interval.estimate())
        + " ("
        + Wording.area(interval.low())
        + " to "
        + Wording.area(interval.high())
        + ")";
  }

  static String share(Interval interval) {
    return Wording.percent(interval.estimate())
        + " ("
        + Wording.percent(interval.low())
        + " to "
        + Wording.percent(interval.high())
        + ")";
  }
}
