package io.latentry.core.monitoring;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.TermScale;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.verdict.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/**
 * A table whose rows go together within an hour and from hour to hour, and a model of it whose
 * score is how far numbers are from their middle, and whose latent means are their sum and their
 * difference, and one that it does not use. What changes is told hour by hour.
 */
final class WatchedTable {
  static final double PROMISED = 0.01;
  static final double AT_MOST = 0.0165;

  private static final int REFERENCE = 500;
  private static final int NORMALS = 200;
  private static final int CALIBRATION = 5_000;
  private static final List<String> NAMES = List.of("low", "middle", "high");
  private static final Schema SCHEMA =
      Schema.ordered(
          List.of(
              Column.numeric("pressure", ColumnType.NUMERIC, MissingPolicy.IMPUTE, -4, 4),
              Column.numeric("flow", ColumnType.NUMERIC, MissingPolicy.IMPUTE, -4, 4),
              Column.categorical("mode", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, NAMES)),
          List.of());

  final Manifest manifest;
  final List<Quantity> quantities;
  private final Random random;
  private final double threshold;
  private final double[] hourly = new double[2];
  private int hours;

  /**
   * What is not as it was.
   *
   * @param together correlation of both numbers, each of which keeps its values; normally 0
   */
  record Change(double shift, double scale, double missing, double newName, double together) {
    static final Change NONE = new Change(0, 1, 0, 0);

    Change(double shift, double scale, double missing, double newName) {
      this(shift, scale, missing, newName, 0);
    }

    static Change together(double correlation) {
      return new Change(0, 1, 0, 0, correlation);
    }
  }

  WatchedTable(long seed) {
    random = new Random(seed);
    float[][] columns = new float[2][REFERENCE];
    double[] scores = new double[CALIBRATION];
    double[] names = new double[NAMES.size()];
    List<Manifest.ReferenceRow> normals = new ArrayList<>();
    int kept = 0;
    // Of many hours, as the rows of a fit are.
    for (int i = 0; i < CALIBRATION; i++) {
      if (i % 20 == 0) {
        nextHour();
      }
      double[] row = row(Change.NONE);
      scores[i] = score(row);
      names[(int) row[2]]++;
      if (i % (CALIBRATION / REFERENCE) == 0) {
        columns[0][kept] = (float) row[0];
        columns[1][kept++] = (float) row[1];
      }
      if (i % (CALIBRATION / NORMALS) == 0) {
        normals.add(
            new Manifest.ReferenceRow(
                i,
                new float[] {(float) row[0], (float) row[1]},
                new String[] {NAMES.get((int) row[2])},
                latentMeans(row)));
      }
    }
    Arrays.sort(scores);
    Arrays.sort(columns[0]);
    Arrays.sort(columns[1]);
    threshold = scores[(int) (CALIBRATION * (1 - PROMISED))];
    manifest = manifest(columns, names, scores, normals);
    quantities = Quantity.of(manifest);
  }

  /** The next hour of {@code rows} rows. */
  Profile hour(int rows, Change change) {
    return hour(rows, change, i -> i);
  }

  /**
   * The same.
   *
   * @param minutes in which each came
   */
  Profile hour(int rows, Change change, IntUnaryOperator minutes) {
    nextHour();
    ColumnSample sample = new ColumnSample(hours);
    ProfileCounter counter = new ProfileCounter(quantities, hours++);
    for (int i = 0; i < rows; i++) {
      double[] row = row(change);
      double score = score(row);
      boolean other = random.nextDouble() < change.newName();
      Rows table =
          Rows.of(
              SCHEMA,
              1,
              new float[] {
                random.nextDouble() < change.missing() ? Float.NaN : (float) row[0], (float) row[1]
              },
              new String[] {other ? "new" : NAMES.get((int) row[2])});
      Verdict verdict = score > threshold ? Verdict.ANOMALY : Verdict.NORMAL;
      counter.judged(
          table,
          0,
          verdict,
          new double[] {score, score / 2, score},
          sample.weight(minutes.applyAsInt(i)));
      counter.sampled().ifPresent(number -> counter.latentMeans(number, latentMeans(row), verdict));
    }
    return counter.profile();
  }

  private void nextHour() {
    for (int j = 0; j < hourly.length; j++) {
      hourly[j] = 0.6 * hourly[j] + 0.1 * random.nextGaussian();
    }
  }

  private double[] row(Change change) {
    double[] row = new double[3];
    for (int j = 0; j < 2; j++) {
      row[j] = hourly[j] + random.nextGaussian();
    }
    double own = Math.sqrt(1 - change.together() * change.together());
    row[1] = change.together() * row[0] + own * row[1];
    row[0] = change.scale() * row[0] + change.shift();
    double mode = random.nextDouble() + 0.1 * hourly[0];
    row[2] = mode < 0.3 ? 0 : mode < 0.8 ? 1 : 2;
    return row;
  }

  private static float[] latentMeans(double[] row) {
    return new float[] {
      (float) (row[0] + row[1]), (float) (0.01 * row[0]), (float) (row[0] - row[1])
    };
  }

  private static double score(double[] row) {
    return row[0] * row[0] + row[1] * row[1];
  }

  private static Manifest manifest(
      float[][] columns, double[] names, double[] scores, List<Manifest.ReferenceRow> normals) {
    TermScale scale =
        new TermScale(TermScale.Normalization.ROBUST, 0, 1, TermScale.Transform.ASINH);
    List<Manifest.ReferenceDistribution> reference = new ArrayList<>();
    reference.add(new Manifest.ReferenceDistribution("pressure", columns[0], null, 0));
    reference.add(new Manifest.ReferenceDistribution("flow", columns[1], null, 0));
    Map<String, Double> shares =
        Map.of(
            "low", names[0] / CALIBRATION,
            "middle", names[1] / CALIBRATION,
            "high", names[2] / CALIBRATION);
    reference.add(new Manifest.ReferenceDistribution("mode", null, shares, 0));
    float[] some = new float[REFERENCE];
    float[] half = new float[REFERENCE];
    for (int i = 0; i < REFERENCE; i++) {
      some[i] = (float) scores[i * (CALIBRATION / REFERENCE)];
      half[i] = some[i] / 2;
    }
    reference.add(new Manifest.ReferenceDistribution("reconstruction_term", some, null, 0));
    reference.add(new Manifest.ReferenceDistribution("latent_term", half, null, 0));
    reference.add(new Manifest.ReferenceDistribution("score", some, null, 0));
    Threshold threshold =
        new Threshold(
            scores[(int) (CALIBRATION * (1 - PROMISED))],
            Threshold.Rule.QUANTILE,
            PROMISED,
            AT_MOST,
            CALIBRATION,
            "m-1",
            "fit");
    return new Manifest(
        Manifest.FORMAT_VERSION,
        "m-1",
        SCHEMA,
        new Manifest.ModelSpec("plain", 1, 3, "neighbourhood", Map.of()),
        new Manifest.Calibration(
            new ScoreMix(ScoreMix.Combination.WEIGHTED_SUM, 0.2, scale, scale),
            scores,
            CALIBRATION,
            "held-out"),
        new Manifest.Thresholds(threshold, List.of()),
        reference,
        normals,
        List.of(),
        new Manifest.Health(true, 2, new double[] {1, 0, 1}, List.of()),
        List.of(),
        new Manifest.Provenance(
            "abc",
            List.of(),
            20_000,
            1_000,
            CALIBRATION,
            0,
            0,
            1,
            Map.of(),
            Map.of(),
            null,
            null,
            List.of(),
            null));
  }
}
