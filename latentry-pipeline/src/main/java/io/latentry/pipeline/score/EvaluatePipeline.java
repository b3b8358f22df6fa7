package io.latentry.pipeline.score;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Reading;
import io.latentry.core.data.DataException;
import io.latentry.core.evaluation.Evaluation;
import io.latentry.core.evaluation.SeriesEvaluation;
import io.latentry.core.series.SeriesSettings;
import io.latentry.pipeline.Progress;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How well an artifact tells labelled rows apart. The labels are looked at after scoring only. */
public final class EvaluatePipeline {
  private final Progress listener;

  public EvaluatePipeline(Progress listener) {
    this.listener = listener;
  }

  /**
   * @param normal the label of normal rows
   * @param unscorable rows that could not be judged, by label; they are in no other figure
   * @param unlabelled judged rows without a label; they are in no other figure
   * @param series what is told of points and events; empty of a table, and without an event
   */
  public record Outcome(
      Evaluation evaluation,
      double threshold,
      String normal,
      Map<String, Long> unscorable,
      long unlabelled,
      Optional<SeriesEvaluation> series) {}

  /**
   * Scores the rows and compares.
   *
   * @param label the column that says what a row is
   * @param normal its value for normal rows; empty to take the one that the model was fitted with
   */
  public Outcome evaluate(Path model, ScoreRequest request, String label, Optional<String> normal) {
    try (Scorer scorer = Scorer.open(model, ScorerOptions.threads(request.threads()))) {
      return evaluate(scorer, request, label, normal);
    }
  }

  /** The same with an open artifact; its own threads count, not the request's. */
  public Outcome evaluate(
      Scorer scorer, ScoreRequest request, String label, Optional<String> normal) {
    String normalValue = normal.orElseGet(() -> fittedNormal(scorer.manifest(), label));
    SeriesSettings settings = scorer.manifest().series();
    LabelledPoints points = new LabelledPoints(settings, normalValue);
    LabelledPass pass =
        LabelledPass.over(
            scorer,
            request.withKeep(List.of(label)),
            normalValue,
            "evaluating on ",
            listener,
            points::add,
            (batch, row, score, isAnomaly) -> {});
    double threshold = scorer.manifest().threshold().current().score();
    Evaluation evaluation = pass.evaluation(threshold);
    // Without anomalies there is still the rate of false alarms to tell.
    if (evaluation.normals() == 0) {
      throw new DataException(
          "column '%s': %d rows '%s', %d other rows, unscorable rows apart (expected: some normal ones); --shadow tells how many known anomalies are found"
              .formatted(label, evaluation.normals(), normalValue, evaluation.anomalies()));
    }
    return new Outcome(
        evaluation,
        threshold,
        normalValue,
        pass.unscorable(),
        pass.unlabelled(),
        settings == null ? Optional.empty() : points.evaluation(threshold, settings.window()));
  }

  /** What {@link Outcome#normal} is where every row is normal. */
  public static final String EVERY_ROW = "every row";

  /** Scores rows that are all normal, without a label: tells how many are false alarms. */
  public Outcome evaluateNormals(Scorer scorer, ScoreRequest request) {
    LabelledPass pass =
        LabelledPass.overNormals(scorer, request, EVERY_ROW, "evaluating on ", listener);
    double threshold = scorer.manifest().threshold().current().score();
    Evaluation evaluation = pass.evaluation(threshold);
    if (evaluation.normals() == 0) {
      throw new DataException(
          "rows: none of %d can be judged (expected: some normal ones)"
              .formatted(pass.unscorable().getOrDefault(EVERY_ROW, 0L)));
    }
    return new Outcome(evaluation, threshold, EVERY_ROW, pass.unscorable(), 0, Optional.empty());
  }

  /** The label of normal rows in the fit, if the fit used this very column. */
  static String fittedNormal(Manifest manifest, String label) {
    Reading fitted = manifest.reading();
    return fitted
        .normal()
        .filter(value -> fitted.label().equals(Optional.of(label)))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "normal: none (expected: the value of column '"
                        + label
                        + "' that marks normal rows); add --normal VALUE"
                        + fitted.label().map(own -> ", or say --label " + own).orElse("")));
  }
}
