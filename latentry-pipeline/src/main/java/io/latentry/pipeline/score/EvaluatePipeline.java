package io.latentry.pipeline.score;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.DataException;
import io.latentry.core.evaluation.Evaluation;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.RowReader;
import io.latentry.pipeline.Progress;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How well an artifact tells labelled rows apart. The labels are looked at after scoring only. */
public final class EvaluatePipeline {
  private static final int BATCH_ROWS = 8_192;

  private final Progress listener;

  public EvaluatePipeline(Progress listener) {
    this.listener = listener;
  }

  /**
   * @param normal the label of normal rows
   * @param unscorable rows that could not be judged, by label; they are in no other figure
   * @param unlabelled judged rows without a label; they are in no other figure
   */
  public record Outcome(
      Evaluation evaluation,
      double threshold,
      String normal,
      Map<String, Long> unscorable,
      long unlabelled) {}

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
    try (DataSource source = DataSource.open(request.data(), request.reading(), request.input());
        RowReader reader =
            source.rows(
                scorer.manifest().schema(), List.of(label), BATCH_ROWS, listener.reading())) {
      listener.stage("evaluating on " + source.name());
      Scored scored = new Scored();
      ScorePipeline.forEachBatch(
          reader,
          batch -> scorer.judge(batch.rows()),
          (batch, judgements) -> {
            for (int i = 0; i < judgements.count(); i++) {
              String value = batch.kept()[0][i];
              if (judgements.verdict(i) == Verdict.UNSCORABLE) {
                scored.unscorable.merge(value, 1L, Long::sum);
              } else if (value.isEmpty()) {
                scored.unlabelled++;
              } else {
                scored.add(judgements.score(i), !value.equals(normalValue));
              }
            }
          });
      scored.requireBoth(label, normalValue);
      double threshold = scorer.manifest().threshold().current().score();
      return new Outcome(
          Evaluation.of(scored.scores(), scored.anomalies(), threshold),
          threshold,
          normalValue,
          scored.unscorable,
          scored.unlabelled);
    }
  }

  /** The label of normal rows in the fit, if the fit used this very column. */
  static String fittedNormal(Manifest manifest, String label) {
    if (manifest.provenance().config().get("data") instanceof Map<?, ?> data
        && label.equals(data.get("label"))
        && data.get("normal") instanceof String normal) {
      return normal;
    }
    throw new IllegalArgumentException(
        "normal: none (expected: the value of column '"
            + label
            + "' that marks normal rows); add --normal VALUE");
  }

  /** Scores and labels, growing as rows come. */
  private static final class Scored {
    private final Map<String, Long> unscorable = new TreeMap<>();
    private double[] scores = new double[1024];
    private boolean[] anomalies = new boolean[1024];
    private int count;
    private long unlabelled;

    void add(double score, boolean anomaly) {
      if (count == scores.length) {
        scores = Arrays.copyOf(scores, 2 * count);
        anomalies = Arrays.copyOf(anomalies, 2 * count);
      }
      scores[count] = score;
      anomalies[count] = anomaly;
      count++;
    }

    double[] scores() {
      return Arrays.copyOf(scores, count);
    }

    boolean[] anomalies() {
      return Arrays.copyOf(anomalies, count);
    }

    void requireBoth(String label, String normal) {
      int anomalous = 0;
      for (int i = 0; i < count; i++) {
        anomalous += anomalies[i] ? 1 : 0;
      }
      if (anomalous == 0 || anomalous == count) {
        throw new DataException(
            "column '%s': %d rows '%s', %d other rows, unscorable rows apart (expected: some of both)"
                .formatted(label, count - anomalous, normal, anomalous));
      }
    }
  }
}
