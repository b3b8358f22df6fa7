package io.latentry.pipeline.report;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.CalibrationCheck;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.TermScale;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.LeftOutColumn;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.evaluation.Evaluation;
import io.latentry.core.evaluation.Interval;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Verdict;
import io.latentry.pipeline.report.ReportData.Label;
import io.latentry.pipeline.report.ReportData.LatentCodes;
import io.latentry.pipeline.report.ReportData.NextStep;
import io.latentry.pipeline.report.ReportData.ScoredRow;
import io.latentry.pipeline.report.ReportData.Terms;
import io.latentry.pipeline.report.ReportData.TopAnomaly;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Made-up fits that look like real ones; the same on every call. */
final class SampleReports {
  static final long SEED = 20_251_123;
  static final String HOSTILE = "</script><img src=x onerror=alert(1)>";

  private static final int LATENT = 8;
  private static final ScoreMix MIX =
      new ScoreMix(
          ScoreMix.Combination.WEIGHTED_SUM,
          0.2,
          new TermScale(TermScale.Normalization.ROBUST, 14.2, 9.1, TermScale.Transform.ASINH),
          new TermScale(TermScale.Normalization.ROBUST, 0.1, 0.22, TermScale.Transform.ASINH));

  private SampleReports() {}

  /** Everything there is: labels, several column types, folds, a moved threshold. */
  static ReportData full() {
    Random random = new Random(SEED);
    Terms heldOut = normals(random, 1340);
    double[] calibration = heldOut.score().clone();
    Arrays.sort(calibration);
    double threshold = calibration[(int) (0.99 * calibration.length)];
    List<ScoredRow> scored = new ArrayList<>();
    for (int i = 0; i < 900; i++) {
      boolean anomalous = i % 6 == 0;
      double reconstruction =
          14
              + 8 * random.nextGaussian()
              + (anomalous ? Math.exp(2.5 + 1.6 * random.nextGaussian()) : 0);
      double latent =
          0.1 + 0.2 * random.nextGaussian() + (anomalous ? 0.4 + 0.5 * random.nextDouble() : 0);
      double score = MIX.score(reconstruction, latent);
      Judgement judgement =
          i % 301 == 300
              ? Judgement.unscorable("column 'radius': NaN")
              : new Judgement(
                  score,
                  pValue(calibration, score),
                  score > threshold ? Verdict.ANOMALY : Verdict.NORMAL,
                  "",
                  reconstruction,
                  latent);
      scored.add(new ScoredRow(5000 + i, judgement, anomalous ? Label.ANOMALY : Label.NORMAL));
    }
    List<TopAnomaly> top =
        scored.stream()
            .filter(row -> row.judgement().verdict() == Verdict.ANOMALY)
            .sorted(Comparator.comparingDouble(row -> -row.judgement().score()))
            .limit(10)
            .map(
                row ->
                    new TopAnomaly(row.row(), row.judgement(), row.label(), features(random, row)))
            .toList();
    return ReportData.of("breast-cancer.onnx", manifest(random, calibration, threshold))
        .heldOut(heldOut)
        .scored(scored)
        .topAnomalies(top)
        .latentCodes(codes(random))
        .calibration(
            List.of(
                point(0.001, 0, 0, 0.0027),
                point(0.002, 0.0015, 0.0002, 0.0054),
                point(0.005, 0.0052, 0.0021, 0.0107),
                point(0.01, 0.0112, 0.0063, 0.0184),
                point(0.02, 0.0179, 0.0115, 0.0265),
                point(0.05, 0.0537, 0.0423, 0.0672),
                point(0.1, 0.0978, 0.0824, 0.1149)))
        .evaluation(
            new Evaluation(
                748,
                149,
                0,
                threshold,
                new Interval(0.9612, 0.9431, 0.9793),
                new Interval(0.9187, 0.8801, 0.9512),
                new Interval(0.8389, 0.7698, 0.8940),
                new Interval(0.0107, 0.0046, 0.0210),
                List.of(),
                List.of()))
        .notices(
            List.of(
                "Column 'id' looks like an identifier and was left out.",
                "3 rows could not be read as numbers and were not used."))
        .nextSteps(
            List.of(
                new NextStep(
                    "./latentry score breast-cancer.onnx new-rows.csv -o verdicts.csv --explain 3",
                    "Score new rows, with the three columns that matter most in each."),
                new NextStep(
                    "./latentry explain breast-cancer.onnx rows.csv --row 5042",
                    "Look closer at one row."),
                new NextStep(
                    "./latentry threshold breast-cancer.onnx --false-alarm-rate 0.005",
                    "Move the threshold without fitting again.")))
        .build();
  }

  /** The same fit with names that try to break out of the page. */
  static ReportData hostile() {
    Random random = new Random(SEED);
    Terms heldOut = normals(random, 200);
    double[] calibration = heldOut.score().clone();
    Arrays.sort(calibration);
    Judgement judgement = new Judgement(9, 0.005, Verdict.ANOMALY, HOSTILE, 90, 2);
    return ReportData.of(HOSTILE, manifest(random, calibration, 2.5))
        .heldOut(heldOut)
        .topAnomalies(
            List.of(
                new TopAnomaly(
                    7,
                    judgement,
                    Label.UNKNOWN,
                    List.of(new Feature(HOSTILE, HOSTILE, HOSTILE, HOSTILE, 3.5, 0.4)))))
        .notices(List.of(HOSTILE))
        .nextSteps(List.of(new NextStep(HOSTILE, HOSTILE)))
        .build();
  }

  /** A manifest and nothing else. */
  static ReportData bare() {
    Manifest full = manifest(new Random(SEED), new double[] {0, 1}, 1);
    return ReportData.of(
            "bare.onnx",
            new Manifest(
                full.formatVersion(),
                full.modelId(),
                full.schema(),
                full.model(),
                full.calibration(),
                new Manifest.Thresholds(full.threshold().current(), List.of()),
                List.of(),
                List.of(),
                List.of(),
                new Manifest.Health(true, 0, new double[0], List.of()),
                List.of(),
                full.provenance()))
        .build();
  }

  private static CalibrationCheck.Point point(
      double promised, double observed, double low, double high) {
    return new CalibrationCheck.Point(promised, new Interval(observed, low, high));
  }

  private static Terms normals(Random random, int rows) {
    double[] reconstruction = new double[rows];
    double[] latent = new double[rows];
    double[] score = new double[rows];
    for (int i = 0; i < rows; i++) {
      reconstruction[i] = 14 + 8 * random.nextGaussian() + Math.exp(random.nextGaussian());
      latent[i] = 0.1 + 0.2 * random.nextGaussian();
      score[i] = MIX.score(reconstruction[i], latent[i]);
    }
    return new Terms(reconstruction, latent, score);
  }

  private static double pValue(double[] calibration, double score) {
    long atLeast = Arrays.stream(calibration).filter(s -> s >= score).count();
    return (1 + atLeast) / (calibration.length + 1.0);
  }

  private static List<Feature> features(Random random, ScoredRow row) {
    String[] names = {"concave points (worst)", "area error", "radius (mean)", "site", HOSTILE};
    String[] ranges = {"0 to 0.1751", "6.802 to 77.11", "6.981 to 17.85", "A, B", "0 to 1"};
    String[] actual = {"0.2903", "542.2", "28.11", "D", ""};
    String[] expected = {"0.1688", "71.9", "17.2", "B", "0.5"};
    List<Feature> features = new ArrayList<>();
    double left = 1;
    for (int j = 0; j < names.length; j++) {
      double share = left * (0.35 + 0.25 * random.nextDouble());
      left -= share;
      double contribution = share * row.judgement().score();
      features.add(new Feature(names[j], actual[j], expected[j], ranges[j], contribution, share));
    }
    return features;
  }

  private static LatentCodes codes(Random random) {
    float[] normal = new float[900 * LATENT];
    float[] anomalous = new float[150 * LATENT];
    for (int i = 0; i < normal.length; i++) {
      normal[i] = (float) (random.nextGaussian() * (1.6 - 0.18 * (i % LATENT)));
    }
    for (int i = 0; i < anomalous.length; i++) {
      anomalous[i] = (float) (random.nextGaussian() * 1.8 + (i % LATENT < 2 ? 2.2 : 0));
    }
    return new LatentCodes(LATENT, normal, anomalous);
  }

  private static Manifest manifest(Random random, double[] calibration, double threshold) {
    Schema schema =
        Schema.ordered(
            List.of(
                Column.numeric(
                    "radius (mean)", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 6.981, 17.85),
                Column.numeric(
                    "area error", ColumnType.NUMERIC, MissingPolicy.REJECT, 6.802, 77.11),
                Column.numeric(
                    "concave points (worst)", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 0.1751),
                Column.numeric("smoker", ColumnType.BOOLEAN, MissingPolicy.IMPUTE, 0, 1),
                Column.numeric(
                    "taken at", ColumnType.TIMESTAMP, MissingPolicy.IMPUTE, 25_200, 590_000),
                Column.categorical(
                    "site", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("A", "B", "C")),
                Column.categorical(
                    HOSTILE, MissingPolicy.REJECT, UnseenPolicy.REJECT, List.of(HOSTILE, "x"))),
            List.of(
                new LeftOutColumn("id", ColumnType.TEXT, "an identifier: every value is different"),
                new LeftOutColumn("unit", ColumnType.CATEGORICAL, "constant: always 'mm'")));
    List<Manifest.HistoryEntry> history = new ArrayList<>();
    for (String fold : List.of("1", "2", "3", "final")) {
      for (int step = 25; step <= 500; step += 25) {
        double fallen = Math.exp(-step / 90.0);
        history.add(
            new Manifest.HistoryEntry(
                fold,
                step,
                3e-3 * Math.sin(Math.PI * Math.sqrt(step / 510.0)),
                0.1 * Math.min(1, step / 150.0),
                14 + 70 * fallen + random.nextGaussian(),
                9 * (1 - fallen) + 0.2 * random.nextGaussian(),
                17 + 72 * fallen + step / 300.0 + 1.5 * random.nextGaussian(),
                9.4 * (1 - fallen) + 0.3 * random.nextGaussian()));
      }
    }
    return new Manifest(
        Manifest.FORMAT_VERSION,
        "b1946ac92492d234",
        schema,
        new Manifest.ModelSpec("plain", 4, LATENT, "neighbourhood", Map.of("beta", 0.1)),
        new Manifest.Calibration(MIX, calibration, calibration.length, "held-out"),
        new Manifest.Thresholds(
            threshold(threshold, 0.01, "fit"), List.of(threshold(threshold - 0.4, 0.02, "fit"))),
        List.of(
            reference(random, "radius (mean)", 12, 2, 0.02),
            reference(random, "area error", 30, 12, 0),
            reference(random, "concave points (worst)", 0.08, 0.03, 0.1),
            new Manifest.ReferenceDistribution(
                "site", null, Map.of("A", 0.62, "B", 0.3, "C", 0.06, "", 0.02), 0.02)),
        List.of(),
        history,
        new Manifest.Health(
            true,
            6.5,
            new double[] {2.41, 1.98, 1.6, 1.22, 0.9, 0.71, 0.31, 0.004},
            List.of("The validation loss rose after step 425: the weights of step 425 are kept.")),
        List.of(
            new Manifest.Baseline("PCA reconstruction", 0.871, 0.9342, 0.71),
            new Manifest.Baseline("isolation forest", 0.931, 0.9342, 0.64)),
        new Manifest.Provenance(
            "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
            List.of("breast-cancer.csv"),
            4020,
            670,
            1340,
            212,
            3,
            42,
            Map.of(
                "training",
                Map.of("steps", 500, "batch", 96, "learning_rate", 3e-3),
                "vae",
                Map.of("members", 4, "hidden", List.of(64, 64), "note", HOSTILE)),
            Map.of("latentry", "0.1.0", "pytorch", "2.10.0", "onnxruntime", "1.28.0"),
            null,
            null,
            List.of(),
            null));
  }

  private static Threshold threshold(double score, double rate, String origin) {
    return new Threshold(
        score, Threshold.Rule.QUANTILE, rate, rate * 1.57, 1340, "b1946ac92492d234", origin);
  }

  private static Manifest.ReferenceDistribution reference(
      Random random, String name, double center, double spread, double missing) {
    float[] values = new float[500];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          (float)
              (center
                  + spread * random.nextGaussian()
                  + spread * Math.exp(random.nextGaussian()) / 3);
    }
    Arrays.sort(values);
    return new Manifest.ReferenceDistribution(name, values, null, missing);
  }
}
