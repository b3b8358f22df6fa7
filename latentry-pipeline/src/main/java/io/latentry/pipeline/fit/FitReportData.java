package io.latentry.pipeline.fit;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.CalibrationCheck;
import io.latentry.core.calibration.CalibrationSample;
import io.latentry.core.calibration.Terms;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Images;
import io.latentry.core.data.Samples;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import io.latentry.core.evaluation.Evaluation;
import io.latentry.core.graph.Output;
import io.latentry.core.series.ExpectedBand;
import io.latentry.core.series.SeriesSettings;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Verdict;
import io.latentry.pipeline.data.TrainingData;
import io.latentry.pipeline.report.ReportData;
import io.latentry.pipeline.report.ReportData.Label;
import io.latentry.pipeline.report.SeriesStretch;
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
import java.util.stream.IntStream;

/**
 * Gathers what the report on a fit tells. Held-out normal rows come with the terms that calibrated;
 * rows with another label are judged here for the first time, by the finished artifact.
 */
final class FitReportData {
  private static final int TOP_ANOMALIES = 8;

  /** Normal images that are shown beside what is expected of them. */
  private static final int EXPECTED_IMAGES = 6;

  /** The same of images, which are seen at a glance. */
  private static final int TOP_IMAGES = 12;

  private static final int FEATURES = 5;

  /** Rows with another label that are looked at; a report needs no more. */
  private static final int MOST_OTHER_ROWS = 20_000;

  private FitReportData() {}

  /**
   * @param normalScores of the held-out rows, as they calibrated
   */
  static ReportData of(
      FitRequest request,
      Manifest manifest,
      TrainingData data,
      HeldOut heldOut,
      double[] normalScores,
      LatentInfluence influence,
      List<String> notices) {
    try (Scorer scorer = Scorer.open(request.target(), ScorerOptions.defaults())) {
      Terms terms = heldOut.normals();
      // The finished model knows the held-out rows: only the scores that calibrated are fair to
      // them.
      Seen normals =
          Seen.heldOutRows(scorer, heldOut).judgedAs(judgements(manifest, terms, normalScores));
      Seen other = Seen.otherRows(scorer, data);
      Seen strange = other.count() > 0 ? other : normals;

      List<ReportData.ScoredRow> scored = new ArrayList<>();
      Label label = data.hasLabels() ? Label.NORMAL : Label.UNKNOWN;
      for (int i = 0; i < normals.count(); i++) {
        scored.add(new ReportData.ScoredRow(normals.tableRow(i), normals.judgement(i), label));
      }
      for (int i = 0; i < other.count(); i++) {
        scored.add(new ReportData.ScoredRow(other.tableRow(i), other.judgement(i), Label.ANOMALY));
      }
      ReportData.Builder report =
          ReportData.of(request.target().getFileName().toString(), manifest)
              .heldOut(new ReportData.Terms(terms.reconstruction(), terms.latent(), normalScores))
              .scored(scored)
              .topAnomalies(top(request, scorer, strange, other.count() > 0))
              .expectations(expectations(request, scorer, normals))
              .latentCodes(latentCodes(normals, other))
              .influence(influence)
              .calibration(
                  CalibrationCheck.points(
                      request.config().calibration(), normalScores, request.config().seed()))
              .stretch(normals.stretch(manifest, normalScores))
              .notices(notices)
              .nextSteps(nextSteps(request, manifest));
      evaluation(manifest, normalScores, other).ifPresent(report::evaluation);
      return report.build();
    }
  }

  private static List<ReportData.TopAnomaly> top(
      FitRequest request, Scorer scorer, Seen strange, boolean labelled) {
    List<ReportData.TopAnomaly> top = strange.top(new FeatureReader(scorer.manifest()), labelled);
    return scorer.manifest().image() == null ? top : ContactSheet.of(request.data(), scorer, top);
  }

  private static List<ReportData.Picture> expectations(
      FitRequest request, Scorer scorer, Seen normals) {
    return scorer.manifest().image() == null || !scorer.outputs().contains(Output.RECONSTRUCTION)
        ? List.of()
        : ContactSheet.expectations(
            request.data(),
            scorer,
            IntStream.range(0, normals.count()).limit(EXPECTED_IMAGES).map(normals::tableRow));
  }

  /**
   * Rows that the finished artifact has looked at.
   *
   * @param judgements verdicts, the artifact's own unless others are fairer
   */
  private record Seen(int[] tableRows, Samples rows, Scores scores, List<Judgement> judgements) {
    static Seen otherRows(Scorer scorer, TrainingData data) {
      TrainingData.Placed others = data.others(MOST_OTHER_ROWS);
      return of(scorer, others.places(), others.samples());
    }

    static Seen heldOutRows(Scorer scorer, HeldOut heldOut) {
      List<Samples> rows = heldOut.parts().stream().map(HeldOut.Part::rows).toList();
      int[] tableRows =
          heldOut.parts().stream().flatMapToInt(p -> Arrays.stream(p.places())).toArray();
      return of(scorer, tableRows, rows.get(0).followedBy(rows.subList(1, rows.size())));
    }

    private static Seen of(Scorer scorer, int[] tableRows, Samples rows) {
      Set<Output> outputs = FeatureReader.outputs(scorer.outputs());
      outputs.add(Output.LATENT_MEAN);
      Judgements judged = scorer.judge(rows, outputs);
      return new Seen(
          tableRows,
          rows,
          judged.scores(),
          IntStream.range(0, rows.count()).mapToObj(judged::get).toList());
    }

    /** The longest run of points of one key and fold, which rows ascend within. */
    Optional<SeriesStretch> stretch(Manifest manifest, double[] compared) {
      SeriesSettings series = manifest.series();
      if (!(rows instanceof Windows windows)
          || series == null
          || manifest.schema().numericCount() == 0) {
        return Optional.empty();
      }
      int from = 0;
      int length = 0;
      int begun = 0;
      for (int i = 1; i <= windows.count(); i++) {
        if (i == windows.count() || tableRows[i] < tableRows[i - 1]) {
          if (i - begun > length) {
            length = i - begun;
            from = begun;
          }
          begun = i;
        }
      }
      WindowSpec spec = windows.spec();
      float[] expected = scores.values(Output.RECONSTRUCTION);
      int numbers = manifest.schema().numericCount();
      double[] weight = new double[numbers];
      float[] contributions = FeatureReader.contributions(scores);
      for (int i = from * spec.size() * spec.width();
          i < (from + length) * spec.size() * spec.width();
          i++) {
        int channel = i % spec.width();
        if (channel < numbers && !manifest.schema().columns().get(channel).isWatched()) {
          weight[channel] += Math.abs(contributions[i]);
        }
      }
      int channel = 0;
      for (int j = 1; j < numbers; j++) {
        channel = weight[j] > weight[channel] ? j : channel;
      }
      Double cut = manifest.schema().columns().get(channel).offset();
      double offset = cut == null ? 0 : cut;
      double[] actual = new double[length];
      double[] hoped = new double[length];
      double[] score = new double[length];
      for (int i = 0; i < length; i++) {
        int at = (from + i) * spec.size() + spec.judged();
        actual[i] = windows.judged().numeric(from + i, channel) + offset;
        hoped[i] = windows.told(from + i, channel, expected[at * spec.width() + channel]) + offset;
        score[i] = compared[from + i];
      }
      return Optional.of(
          new SeriesStretch(
              manifest.schema().columns().get(channel).name(),
              (series.hasCells() ? "row, in cells of " : "point every ")
                  + series.clock().span(series.interval()),
              actual,
              hoped,
              ExpectedBand.reach(actual, hoped, i -> true),
              score));
    }

    Seen judgedAs(List<Judgement> others) {
      return new Seen(tableRows, rows, scores, others);
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
          .limit(rows instanceof Images ? TOP_IMAGES : TOP_ANOMALIES)
          .map(
              i ->
                  new ReportData.TopAnomaly(
                      tableRow(i),
                      judgement(i),
                      labelled ? Label.ANOMALY : Label.UNKNOWN,
                      features.top(rows, scores, i, FEATURES)))
          .toList();
    }

    float[] codes() {
      return count() == 0 ? new float[0] : scores.values(Output.LATENT_MEAN);
    }
  }

  private static List<Judgement> judgements(Manifest manifest, Terms terms, double[] scores) {
    Threshold threshold = manifest.threshold().current();
    CalibrationSample sample = manifest.calibration().sample();
    return IntStream.range(0, scores.length)
        .mapToObj(
            i ->
                new Judgement(
                    scores[i],
                    sample.pValue(scores[i]),
                    threshold.isExceededBy(scores[i]) ? Verdict.ANOMALY : Verdict.NORMAL,
                    "",
                    terms.reconstruction()[i],
                    terms.latent()[i]))
        .toList();
  }

  private static ReportData.LatentCodes latentCodes(Seen normal, Seen other) {
    if (normal.count() == 0) {
      return ReportData.LatentCodes.none();
    }
    int width = normal.codes().length / normal.count();
    return new ReportData.LatentCodes(width, normal.codes(), other.codes());
  }

  private static Optional<Evaluation> evaluation(
      Manifest manifest, double[] normalScores, Seen other) {
    double[] scores = Arrays.copyOf(normalScores, normalScores.length + other.count());
    boolean[] isAnomaly = new boolean[scores.length];
    for (int i = 0; i < other.count(); i++) {
      scores[normalScores.length + i] = other.judgement(i).score();
      isAnomaly[normalScores.length + i] = true;
    }
    return Optional.of(Evaluation.of(scores, isAnomaly, manifest.threshold().current().score()))
        .filter(evaluation -> evaluation.anomalies() > 0);
  }

  private static List<ReportData.NextStep> nextSteps(FitRequest request, Manifest manifest) {
    String model = request.target().toString();
    return List.of(
        manifest.image() == null
            ? new ReportData.NextStep(
                "./latentry score " + model + " NEW.csv -o scored.csv --explain 3",
                "judge new rows and say why")
            : new ReportData.NextStep(
                "./latentry score " + model + " FOLDER -o scored.csv --heatmaps heat",
                "judge new images and show where"),
        new ReportData.NextStep(
            "./latentry threshold " + model + " --what-if SCORED.csv",
            "see what another threshold would do"),
        new ReportData.NextStep("./latentry inspect " + model, "read all that the file says"));
  }
}
