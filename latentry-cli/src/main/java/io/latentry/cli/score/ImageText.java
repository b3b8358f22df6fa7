package io.latentry.cli.score;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.latentry.cli.terminal.Shown;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.core.evaluation.Interval;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Region;
import io.latentry.core.verdict.Verdict;
import io.latentry.pipeline.explain.ImageExplanation;
import io.latentry.pipeline.score.ImageEvaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is said of images, in words and as documents. */
public final class ImageText {
  private ImageText() {}

  /** One JSON document; keys become snake_case. */
  public record Explained(
      long row,
      String path,
      String verdict,
      String reason,
      double score,
      double threshold,
      double pValue,
      double reconstructionTerm,
      double latentTerm,
      int width,
      int height,
      List<Region> regions,
      @Nullable String heatmap,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String expected) {}

  public static Explained document(ImageExplanation explanation) {
    Judgement judgement = explanation.judgement();
    return new Explained(
        explanation.row(),
        explanation.path(),
        judgement.verdict().word(),
        judgement.reason(),
        judgement.score(),
        explanation.threshold(),
        judgement.pValue(),
        judgement.reconstructionTerm(),
        judgement.latentTerm(),
        explanation.width(),
        explanation.height(),
        explanation.regions(),
        explanation.pictures().heatmap().map(Object::toString).orElse(null),
        explanation.pictures().expected().map(Object::toString).orElse(null));
  }

  public static String text(ImageExplanation explanation) {
    Judgement judgement = explanation.judgement();
    if (judgement.verdict() == Verdict.UNSCORABLE) {
      return Shown.line(explanation.path() + ": unscorable: " + judgement.reason());
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: %s, score %s (threshold %s), p-value %s"
            .formatted(
                Shown.line(explanation.path()),
                judgement.verdict().word(),
                Wording.figure(judgement.score()),
                Wording.figure(explanation.threshold()),
                Wording.figure(judgement.pValue())));
    lines.add(
        "terms: reconstruction %s nats, latent %s nats"
            .formatted(
                Wording.figure(judgement.reconstructionTerm()),
                Wording.figure(judgement.latentTerm())));
    if (explanation.regions().isEmpty()) {
      lines.add(
          judgement.verdict() == Verdict.ANOMALY
              ? "no place is above the threshold by itself: what is strange lies apart"
              : "no place is above the threshold");
    } else {
      TextTable table =
          new TextTable(Integer.MAX_VALUE).row("region", "x", "y", "width", "height", "peak");
      int number = 1;
      for (Region region : explanation.regions()) {
        table.row(
            Integer.toString(number++),
            Integer.toString(region.x()),
            Integer.toString(region.y()),
            Integer.toString(region.width()),
            Integer.toString(region.height()),
            Wording.figure(region.peak()));
      }
      lines.add(table.text(""));
      lines.add(
          "in pixels of the image, %d x %d".formatted(explanation.width(), explanation.height()));
    }
    explanation.pictures().heatmap().ifPresent(file -> lines.add("written: " + file));
    explanation
        .pictures()
        .expected()
        .ifPresent(file -> lines.add("written: " + file + ": actual, expected, difference"));
    return String.join(System.lineSeparator(), lines);
  }

  /** One JSON document; keys become snake_case. */
  public record Evaluated(
      int normalImages,
      int anomalousImages,
      double threshold,
      Interval auroc,
      Interval auprc,
      Interval recall,
      Interval falseAlarmRate,
      double promisedFalseAlarmRate,
      Map<String, Long> unscorableByLabel,
      List<ImageEvaluation.Defect> defects,
      @JsonInclude(JsonInclude.Include.NON_NULL) ImageEvaluation.@Nullable Pixels pixels) {}

  public static Evaluated document(ImageEvaluation.Outcome outcome, double promised) {
    var evaluation = outcome.evaluation();
    return new Evaluated(
        evaluation.normals(),
        evaluation.anomalies(),
        outcome.threshold(),
        evaluation.auroc(),
        evaluation.auprc(),
        evaluation.recall(),
        evaluation.falseAlarmRate(),
        promised,
        outcome.unscorable(),
        outcome.defects(),
        outcome.pixels().orElse(null));
  }

  public static String text(ImageEvaluation.Outcome outcome, double promised) {
    TextTable table = new TextTable(Integer.MAX_VALUE);
    EvaluationText.lines(outcome.evaluation(), promised, "image").forEach(table::row);
    if (outcome.defects().size() > 1) {
      outcome
          .defects()
          .forEach(
              defect ->
                  table.row(
                      "  " + defect.name(),
                      EvaluationText.share(defect.recall()),
                      "of %,d found; AUROC %s"
                          .formatted(defect.images(), EvaluationText.area(defect.auroc()))));
    }
    outcome
        .pixels()
        .ifPresent(
            pixels -> {
              table.row(
                  "pixel AUROC",
                  EvaluationText.area(pixels.auroc()),
                  "a random pixel of a defect is hotter than another; "
                      + Wording.count(pixels.masked())
                      + " masks"
                      + (pixels.unmasked() > 0
                          ? ", " + Wording.count(pixels.unmasked()) + " defects without one"
                          : ""));
              table.row(
                  "AUPRO",
                  EvaluationText.area(pixels.regionOverlap()),
                  "share found of each of "
                      + Wording.count(pixels.regions())
                      + " regions, up to 30 % false alarms among pixels");
              table.row(
                  "best overlap",
                  EvaluationText.area(pixels.bestOverlap()),
                  "of hot and defective pixels, at the best level of heat; intervals by images");
            });
    StringBuilder text = new StringBuilder(table.text(""));
    text.append(System.lineSeparator())
        .append("normal is what lies below a folder named good; intervals are 95 %");
    outcome
        .unscorable()
        .forEach(
            (label, images) ->
                text.append(System.lineSeparator())
                    .append(Wording.count(images))
                    .append(" '")
                    .append(label)
                    .append("' could not be judged and count nowhere"));
    return text.toString();
  }
}
