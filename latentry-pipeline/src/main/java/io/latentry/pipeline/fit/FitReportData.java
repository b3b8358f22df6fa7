package io.latentry.pipeline.fit;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.CalibrationCheck;
import io.latentry.core.calibration.Terms;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.Evaluation;
import io.latentry.core.evaluation.Interval;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Verdict;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.FitData;
import io.latentry.pipeline.report.ReportData;
import io.latentry.pipeline.report.ReportData.Label;
import io.latentry.pipeline.train.HeldOut;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.scoring.Scores;
import io.latentry.training.detector.LatentInfluence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Gathers what the report on a fit tells. Held-out normal rows come with the terms that calibrated;
 * rows with another label are judged here for the first time, by the finished artifact.
 */
final class FitReportData {
  private static final int TOP_ANOMALIES = 8;
  private static final int FEATURES = 5;

  /** Rows with another label that are looked at; a report needs no more. */
  private static final int MOST_OTHER_ROWS = 20_000;

  private FitReportData() {}

  static ReportData of(
      FitRequest request,
      Manifest manifest,
      FitData data,
      HeldOut heldOut,
      LatentInfluence influence,
      List<String> notices) {
    try (Scorer scorer = Scorer.open(request.target(), ScorerOptions.defaults())) {
      Terms normals = heldOut.normals();
      double[] normalScores = manifest.calibration().mix().scores(normals);
      Seen other = Seen.otherRows(scorer, data);
      // The finished model knows the held-out rows: only the scores that calibrated are fair to
      // them.
      Seen strange =
          other.count() > 0
              ? other
              : Seen.heldOutRows(scorer, heldOut)
                  .judgedAs(i -> judgement(manifest, normals, normalScores[i], i));

      List<ReportData.ScoredRow> scored = new ArrayList<>();
      Label label = data.hasLabels() ? Label.NORMAL : Label.UNKNOWN;
      int[] heldOutTableRows =
          heldOut.parts().stream().flatMapToInt(p -> Arrays.stream(p.tableRows())).toArray();
      for (int i = 0; i < normalScores.length; i++) {
        scored.add(
            new ReportData.ScoredRow(
                heldOutTableRows[i], judgement(manifest, normals, normalScores[i], i), label));
      }
      for (int i = 0; i < other.count(); i++) {
        scored.add(new ReportData.ScoredRow(other.tableRow(i), other.judgement(i), Label.ANOMALY));
      }
      ReportData.Builder report =
          ReportData.of(request.target().getFileName().toString(), manifest)
              .heldOut(
                  new ReportData.Terms(normals.reconstruction(), normals.latent(), normalScores))
              .scored(scored)
              .topAnomalies(strange.top(new FeatureReader(manifest), other.count() > 0))
              .latentCodes(latentCodes(scorer, heldOut, other))
              .influence(influence)
              .calibration(calibration(request.config(), normalScores))
              .notices(notices)
              .nextSteps(nextSteps(request));
      evaluation(manifest, normalScores, other).ifPresent(report::evaluation);
      return report.build();
    }
  }

  /**
   * Rows that the finished artifact has looked at.
   *
   * @param judgements verdicts, the artifact's own unless others are fairer
   */
  private record Seen(int[] tableRows, Rows rows, Scores scores, List<Judgement> judgements) {
    static Seen otherRows(Scorer scorer, FitData data) {
      int[] some = IntStream.of(data.otherTableRows()).limit(MOST_OTHER_ROWS).toArray();
      return of(scorer, some, data.rowsAt(some));
    }

    static Seen heldOutRows(Scorer scorer, HeldOut heldOut) {
      List<Rows> rows = heldOut.parts().stream().map(HeldOut.Part::rows).toList();
      int[] tableRows =
          heldOut.parts().stream().flatMapToInt(p -> Arrays.stream(p.tableRows())).toArray();
      return of(scorer, tableRows, Rows.concat(rows.get(0).schema(), rows));
    }

    private static Seen of(Scorer scorer, int[] tableRows, Rows rows) {
      Set<Output> outputs = FeatureReader.outputs(scorer.outputs());
      outputs.add(Output.LATENT_MEAN);
      Judgements judged = scorer.judge(rows, outputs);
      return new Seen(
          tableRows,
          rows,
          judged.scores(),
          IntStream.range(0, rows.count()).mapToObj(judged::get).toList());
    }

    Seen judgedAs(IntFunction<Judgement> others) {
      return new Seen(
          tableRows, rows, scores, IntStream.range(0, count()).mapToObj(others).toList());
    }

    int count() {
      return tableRows.length;
    }

    int tableRow(int i) {
      return tableRows[i];
    }

    Judgement judgement(int i) {
      return judgements.get(i);
    }

    /** The strangest of the rows that can be judged. */
    List<ReportData.TopAnomaly> top(FeatureReader features, boolean labelled) {
      return IntStream.range(0, count())
          .filter(i -> judgement(i).verdict() != Verdict.UNSCORABLE)
          .boxed()
          .sorted(Comparator.comparingDouble(i -> -judgement(i).score()))
          .limit(TOP_ANOMALIES)
          .map(
              i ->
                  new ReportData.TopAnomaly(
                      tableRow(i),
                      judgement(i),
                      labelled ? Label.ANOMALY : Label.UNKNOWN,
                      features.top(rows, scores, i, FEATURES).stream()
                          .map(f -> feature(f, judgement(i).score()))
                          .toList()))
          .toList();
    }

    float[] codes() {
      return count() == 0 ? new float[0] : scores.values(Output.LATENT_MEAN);
    }
  }

  private static ReportData.Feature feature(Feature f, double score) {
    return new ReportData.Feature(
        f.name(), f.actual(), f.expected(), f.normalRange(), f.share() * score);
  }

  private static Judgement judgement(Manifest manifest, Terms terms, double score, int row) {
    Threshold threshold = manifest.threshold().current();
    return new Judgement(
        score,
        manifest.calibration().sample().pValue(score),
        threshold.isExceededBy(score) ? Verdict.ANOMALY : Verdict.NORMAL,
        "",
        terms.reconstruction()[row],
        terms.latent()[row]);
  }

  private static ReportData.LatentCodes latentCodes(Scorer scorer, HeldOut heldOut, Seen other) {
    Seen normal = Seen.heldOutRows(scorer, heldOut);
    if (normal.count() == 0) {
      return ReportData.LatentCodes.none();
    }
    int width = normal.codes().length / normal.count();
    return new ReportData.LatentCodes(width, normal.codes(), other.codes());
  }

  private static List<ReportData.CalibrationPoint> calibration(
      FitConfig config, double[] normalScores) {
    return CalibrationCheck.points(config.calibration(), normalScores, config.seed()).stream()
        .map(
            p ->
                new ReportData.CalibrationPoint(
                    p.promised(), p.observed().estimate(), p.observed().low(), p.observed().high()))
        .toList();
  }

  private static Optional<ReportData.Evaluation> evaluation(
      Manifest manifest, double[] normalScores, Seen other) {
    double[] anomalous =
        IntStream.range(0, other.count())
            .filter(i -> other.judgement(i).verdict() != Verdict.UNSCORABLE)
            .mapToDouble(i -> other.judgement(i).score())
            .toArray();
    if (anomalous.length == 0) {
      return Optional.empty();
    }
    double[] scores =
        IntStream.range(0, normalScores.length + anomalous.length)
            .mapToDouble(
                i -> i < normalScores.length ? normalScores[i] : anomalous[i - normalScores.length])
            .toArray();
    boolean[] isAnomaly = new boolean[scores.length];
    Arrays.fill(isAnomaly, normalScores.length, scores.length, true);
    Evaluation evaluation =
        Evaluation.of(scores, isAnomaly, manifest.threshold().current().score());
    return Optional.of(
        new ReportData.Evaluation(
            normalScores.length,
            anomalous.length,
            estimate(evaluation.auroc()),
            estimate(evaluation.auprc()),
            estimate(evaluation.recall()),
            estimate(evaluation.falseAlarmRate())));
  }

  private static ReportData.Estimate estimate(Interval interval) {
    return new ReportData.Estimate(interval.estimate(), interval.low(), interval.high());
  }

  private static List<ReportData.NextStep> nextSteps(FitRequest request) {
    String model = request.target().toString();
    return List.of(
        new ReportData.NextStep(
            "./latentry score " + model + " NEW.csv -o scored.csv --explain 3",
            "judge new rows and say why"),
        new ReportData.NextStep(
            "./latentry threshold " + model + " --what-if SCORED.csv",
            "see what another threshold would do"),
        new ReportData.NextStep("./latentry inspect " + model, "read all that the file says"));
  }
}
