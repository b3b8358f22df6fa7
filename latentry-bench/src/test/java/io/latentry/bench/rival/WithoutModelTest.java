package io.latentry.bench.rival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.training.engine.PreparedSamples;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Also the one place where the neighbourhood term is compared with its definition. */
final class WithoutModelTest {
  private static final int NEIGHBOURS = 3;
  private static final int COLUMNS = 3;

  /** The joint code is twice the residual, which is the row here. */
  private static final double RESIDUAL_WEIGHT = 2;

  @Test
  void theTermOfUsualRowsIsTheDefinitionsForOneThreeAndTenNeighbours() {
    Rows training = rows(gaussians(200, 1));
    assertAgrees(training, rows(usual(2)), 0.02);
  }

  @Test
  void whereHalfOfTheRowsHaveATwinTheFloorIsAShareOfTheSpread() {
    float[] values = gaussians(200, 1);
    System.arraycopy(values, 0, values, values.length / 2, values.length / 2);
    assertAgrees(rows(values), rows(usual(2)), 0.02);
  }

  @Test
  void anExtremeValueRaisesTheTermBeyondItsDistance() {
    Rows training = rows(gaussians(200, 1));
    float[] extreme = {0, 0, 6, 0, 0, 60};
    double[] terms = fit(training).terms(rows(extreme)).latent();
    double[] defined = defined(training, rows(extreme), 0.02);
    double[] usual = fit(training).terms(rows(usual(2))).latent();
    double level = usual[0] - defined(training, rows(usual(2)), 0.02)[0];
    assertThat(terms[0]).isGreaterThan(defined[0] + level + 0.1);
    // Six deviations off and sixty are as rare, so that the tails add the same.
    assertThat(terms[1] - defined[1]).isCloseTo(terms[0] - defined[0], within(1e-3));
  }

  @Test
  void rowsOffTheTrainingRowsScoreHigher() {
    double[] scores = fit(rows(gaussians(200, 1))).score(rows(new float[] {0, 0, 0, 5, -5, 5}));
    assertThat(scores[1]).isGreaterThan(scores[0] + 1);
  }

  private static void assertAgrees(Rows training, Rows test, double leastShare) {
    double[] terms = fit(training).terms(test).latent();
    double[] defined = defined(training, test, leastShare);
    for (int i = 1; i < terms.length; i++) {
      // The level is the same for all rows. Float32 has seven digits.
      assertThat(terms[i] - terms[0]).isCloseTo(defined[i] - defined[0], within(1e-3));
    }
  }

  /** The neighbourhood term less its level, by plain arithmetic. */
  private static double[] defined(Rows training, Rows test, double leastShare) {
    TablePreprocessor preprocessor = TablePreprocessor.fit(training);
    double[][] known = vectors(preprocessor, training);
    double[][] asked = vectors(preprocessor, test);
    double[][] ownDistances = new double[known.length][];
    double[] own = new double[known.length];
    for (int i = 0; i < known.length; i++) {
      double[] all = distances(known, known[i]);
      all[i] = Double.POSITIVE_INFINITY;
      Arrays.sort(all);
      ownDistances[i] = Arrays.copyOf(all, 10);
      own[i] = mean(ownDistances[i], 10);
    }
    double[] center = new double[known[0].length];
    double spread = 0;
    for (int j = 0; j < center.length; j++) {
      int column = j;
      center[j] = median(Arrays.stream(known).mapToDouble(row -> row[column]).toArray());
      for (double[] row : known) {
        spread += (row[j] - center[j]) * (row[j] - center[j]) / known.length;
      }
    }
    double floor = Math.max(0.05 * median(own), leastShare * Math.sqrt(spread)) + 1e-6;
    double[] logOwn =
        Arrays.stream(ownDistances).mapToDouble(d -> Math.log(softMean(d, 10, floor))).toArray();
    double[] terms = new double[asked.length];
    for (int i = 0; i < asked.length; i++) {
      double[] all = distances(known, asked[i]);
      int[] nearest =
          IntStream.range(0, all.length)
              .boxed()
              .sorted(Comparator.comparingDouble(k -> all[k]))
              .mapToInt(k -> k)
              .toArray();
      double[] sorted = IntStream.of(nearest).mapToDouble(k -> all[k]).toArray();
      double beyond = soft(sorted[NEIGHBOURS], floor);
      double weights = floor;
      double sum = 0;
      for (int k = 0; k < NEIGHBOURS; k++) {
        double weight = beyond - soft(sorted[k], floor);
        weights += weight;
        sum += weight * (logOwn[nearest[k]] - median(logOwn));
      }
      terms[i] = Math.log(softMean(sorted, NEIGHBOURS, floor)) - 0.5 * sum / weights;
    }
    return terms;
  }

  private static double soft(double distance, double floor) {
    return Math.hypot(distance, floor);
  }

  private static double softMean(double[] distances, int most, double floor) {
    return Arrays.stream(distances).limit(most).map(d -> soft(d, floor)).average().orElseThrow();
  }

  private static double[] distances(double[][] known, double[] row) {
    return Arrays.stream(known)
        .mapToDouble(
            other -> {
              double sum = 0;
              for (int j = 0; j < row.length; j++) {
                sum += (other[j] - row[j]) * (other[j] - row[j]);
              }
              return Math.sqrt(sum);
            })
        .toArray();
  }

  private static double mean(double[] values, int most) {
    return Arrays.stream(values).limit(most).average().orElseThrow();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return 0.5 * (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]);
  }

  private static double[][] vectors(TablePreprocessor preprocessor, Rows rows) {
    float[] x = PreparedSamples.vectors(preprocessor, rows);
    int width = preprocessor.width();
    double[][] vectors = new double[rows.count()][width];
    for (int i = 0; i < x.length; i++) {
      vectors[i / width][i % width] = RESIDUAL_WEIGHT * x[i];
    }
    return vectors;
  }

  private static WithoutModel fit(Rows training) {
    return WithoutModel.fit(TablePreprocessor.fit(training), training, 0);
  }

  /** Rows near the middle, which are in no tail. */
  private static float[] usual(long seed) {
    float[] values = gaussians(12, seed);
    for (int i = 0; i < values.length; i++) {
      values[i] *= 0.4f;
    }
    return values;
  }

  private static float[] gaussians(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[rows * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static Rows rows(float[] values) {
    List<Column> columns =
        IntStream.range(0, COLUMNS)
            .mapToObj(
                j -> Column.numeric("c" + j, ColumnType.NUMERIC, MissingPolicy.IMPUTE, -1e9, 1e9))
            .toList();
    return Rows.of(new Schema(columns, List.of()), values.length / COLUMNS, values, new String[0]);
  }
}
