package io.latentry.training.baseline;

import io.latentry.training.engine.PreparedSamples;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * The squared distance of a row to the span of the fewest principal components that hold {@value
 * #VARIANCE} of the variance.
 *
 * <p>Fitted on at most {@value #MOST_ROWS} rows, drawn by the seed. When there are more entries
 * than {@value #WIDEST_COVARIANCE}, on as many rows as that, whose Gram matrix has the same
 * eigenvalues as the covariance and is no larger; so thousands of entries stay a matter of seconds.
 */
public final class PcaReconstruction implements Baseline {
  public static final double VARIANCE = 0.9;
  public static final int MOST_ROWS = 20_000;
  public static final int WIDEST_COVARIANCE = 800;

  private final double[] mean;
  private final double[][] components;

  private PcaReconstruction(double[] mean, double[][] components) {
    this.mean = mean;
    this.components = components;
  }

  /**
   * Finds the components.
   *
   * @param x {@code float[rows * width]}, row-major, finite
   */
  public static PcaReconstruction fit(float[] x, int width, long seed) {
    PreparedSamples rows =
        FiniteSamples.ofTraining(x, width)
            .sample(width > WIDEST_COVARIANCE ? WIDEST_COVARIANCE : MOST_ROWS, new Random(seed));
    double[] mean = new double[width];
    for (int i = 0; i < rows.x().length; i++) {
      mean[i % width] += (double) rows.x()[i] / rows.count();
    }
    boolean byRows = rows.count() < width;
    double[][] lines = centred(rows, mean, byRows);
    return new PcaReconstruction(mean, components(lines, byRows));
  }

  @Override
  public String name() {
    return "pca_reconstruction";
  }

  @Override
  public double[] score(float[] x) {
    int width = mean.length;
    PreparedSamples rows = FiniteSamples.of(x, width);
    double[] scores = new double[rows.count()];
    double[] rest = new double[width];
    for (int row = 0; row < scores.length; row++) {
      for (int j = 0; j < width; j++) {
        rest[j] = rows.at(row, j) - mean[j];
      }
      // Components are orthonormal, so taking them off one by one is the projection.
      for (double[] component : components) {
        double along = dot(rest, component);
        for (int j = 0; j < width; j++) {
          rest[j] -= along * component[j];
        }
      }
      scores[row] = dot(rest, rest);
    }
    return scores;
  }

  int componentCount() {
    return components.length;
  }

  /** Rows, or else columns, as lines to take products of: the shorter side is the outer one. */
  private static double[][] centred(PreparedSamples rows, double[] mean, boolean byRows) {
    int width = rows.width();
    double[][] lines = byRows ? new double[rows.count()][width] : new double[width][rows.count()];
    for (int row = 0; row < rows.count(); row++) {
      for (int j = 0; j < width; j++) {
        double value = rows.at(row, j) - mean[j];
        if (byRows) {
          lines[row][j] = value;
        } else {
          lines[j][row] = value;
        }
      }
    }
    return lines;
  }

  /** Unit vectors of {@code width} entries, by descending variance. */
  private static double[][] components(double[][] lines, boolean byRows) {
    int size = lines.length;
    DMatrixRMaj products = new DMatrixRMaj(size, size);
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double product = dot(lines[i], lines[j]);
        products.set(i, j, product);
        products.set(j, i, product);
      }
    }
    // Singular values of such a matrix are its eigenvalues; the plain search for those does not
    // come to an end for some with hundreds of columns that are nearly always 0.
    SingularValueDecomposition_F64<DMatrixRMaj> found =
        DecompositionFactory_DDRM.svd(size, size, true, false, true);
    if (!found.decompose(products)) {
      throw new IllegalStateException(
          "singular values: not found (expected: of a symmetric matrix)");
    }
    double[] variances = found.getSingularValues();
    DMatrixRMaj vectors = found.getU(null, false);
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted((a, b) -> Double.compare(variances[b], variances[a]))
            .mapToInt(i -> i)
            .toArray();
    double total = DoubleStream.of(variances).sum();
    int count = 0;
    double held = 0;
    while (count < size && held < VARIANCE * total) {
      held += variances[order[count++]];
    }
    double[][] components = new double[count][];
    for (int k = 0; k < count; k++) {
      double[] vector = new double[size];
      for (int i = 0; i < size; i++) {
        vector[i] = vectors.get(i, order[k]);
      }
      components[k] = unit(byRows ? combined(lines, vector) : vector);
    }
    return components;
  }

  /** From an eigenvector of the Gram matrix to one of the covariance. */
  private static double[] combined(double[][] lines, double[] weights) {
    double[] sum = new double[lines[0].length];
    for (int i = 0; i < lines.length; i++) {
      for (int j = 0; j < sum.length; j++) {
        sum[j] += weights[i] * lines[i][j];
      }
    }
    return sum;
  }

  private static double[] unit(double[] vector) {
    double length = Math.sqrt(dot(vector, vector));
    double[] unit = new double[vector.length];
    for (int j = 0; j < unit.length; j++) {
      unit[j] = vector[j] / length;
    }
    return unit;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}
