package io.latentry.cli.score;

import io.latentry.cli.terminal.Shown;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.core.evaluation.Interval;
import io.latentry.core.verdict.Feature;
import io.latentry.pipeline.score.ShadowPipeline;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a look at known anomalies says, in words and as a document. */
final class ShadowText {
  private ShadowText() {}

  /** One JSON document; keys become snake_case. */
  record Document(
      long known,
      long found,
      Interval recall,
      double threshold,
      double promisedFalseAlarmRate,
      Map<String, ShadowPipeline.Recall> byKind,
      List<MissedDocument> missed,
      long unscorable,
      long otherRows,
      int earlierLooks) {}

  record MissedDocument(String kind, ExplainText.Document explanation) {}

  static Document document(ShadowPipeline.Outcome outcome) {
    return new Document(
        outcome.all().known(),
        outcome.all().found(),
        outcome.all().recall(),
        outcome.threshold(),
        outcome.falseAlarmRate(),
        new LinkedHashMap<>(outcome.byKind()),
        outcome.missed().stream()
            .map(m -> new MissedDocument(m.kind(), ExplainText.document(m.explanation())))
            .toList(),
        outcome.unscorable(),
        outcome.others(),
        outcome.earlierLooks());
  }

  static String text(ShadowPipeline.Outcome outcome) {
    String line = System.lineSeparator();
    StringBuilder text =
        new StringBuilder(recall(outcome.all()))
            .append(" at score ")
            .append(Wording.figure(outcome.threshold()))
            .append(", which promises ")
            .append(Wording.percent(outcome.falseAlarmRate()))
            .append(" false alarms");
    if (!outcome.byKind().isEmpty()) {
      TextTable kinds = new TextTable(60).row("kind", "found", "recall, 95 %");
      outcome
          .byKind()
          .forEach(
              (kind, of) ->
                  kinds.row(
                      kind.isEmpty() ? "(none)" : kind,
                      of.found() + " of " + of.known(),
                      interval(of.recall())));
      text.append(line).append(line).append(kinds.text(""));
    }
    if (!outcome.missed().isEmpty()) {
      text.append(line).append(line).append("missed, the most normal first:");
      outcome.missed().forEach(missed -> text.append(line).append(missed(missed)));
    }
    if (outcome.unscorable() > 0) {
      text.append(line)
          .append(Wording.rows(outcome.unscorable()))
          .append(" could not be judged and count nowhere");
    }
    if (outcome.others() > 0) {
      text.append(line)
          .append(Wording.rows(outcome.others()))
          .append(" are no known anomalies and count nowhere");
    }
    return text.append(line)
        .append(line)
        .append("the model file records this look")
        .append(
            outcome.earlierLooks() == 0
                ? ""
                : "; it is number "
                    + (outcome.earlierLooks() + 1)
                    + ", and whatever was changed in between may have been tuned to these rows")
        .toString();
  }

  private static String recall(ShadowPipeline.Recall recall) {
    return "found "
        + recall.found()
        + " of "
        + Wording.count(recall.known(), "known anomaly", "known anomalies")
        + ": recall "
        + interval(recall.recall());
  }

  private static String interval(Interval interval) {
    return Wording.percent(interval.estimate())
        + " ("
        + Wording.percent(interval.low())
        + " to "
        + Wording.percent(interval.high())
        + ")";
  }

  private static String missed(ShadowPipeline.Missed missed) {
    var explanation = missed.explanation();
    StringBuilder text =
        new StringBuilder("  row ")
            .append(explanation.row())
            .append(missed.kind().isEmpty() ? "" : " (" + Shown.line(missed.kind()) + ")")
            .append(": score ")
            .append(Wording.figure(explanation.judgement().score()))
            .append(", p-value ")
            .append(Wording.figure(explanation.judgement().pValue()));
    for (Feature feature : explanation.features()) {
      text.append("; ").append(Shown.line(ExplainText.sentence(feature)));
    }
    if (!explanation.nearest().isEmpty()) {
      text.append("; most like normal row ").append(explanation.nearest().get(0).row());
    }
    return text.toString();
  }
}
