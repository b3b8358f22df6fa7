package io.latentry.pipeline.report;

import java.util.ArrayList;
import java.util.List;

/**
 * The plane through the latent space in which normal codes spread most: their first two principal
 * components. Found by Jacobi rotations of the covariance matrix, so the same codes give the same
 * plane; the largest entry of each axis is positive.
 */
public final class LatentPlane {
  private static final int MOST_SWEEPS = 60;

  private final double[] center;
  private final double[] first;
  private final double[] second;

  /** Shares of the codes' variance along both axes, 0 to 1; 0 when all codes coincide. */
  final double firstShare;

  final double secondShare;

  private LatentPlane(
      double[] center, double[] first, double[] second, double firstShare, double secondShare) {
    this.center = center;
    this.first = first;
    this.second = second;
    this.firstShare = firstShare;
    this.secondShare = secondShare;
  }

  /**
   * @param codes {@code float[rows * width]}, row-major, at least one row
   */
  public static LatentPlane fit(float[] codes, int width) {
    int rows = codes.length / width;
    double[] center = new double[width];
    for (int i = 0; i < codes.length; i++) {
      center[i % width] += codes[i] / (double) rows;
    }
    double[][] covariance = new double[width][width];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < width; j++) {
        double fromCenter = codes[i * width + j] - center[j];
        for (int k = 0; k <= j; k++) {
          covariance[j][k] += fromCenter * (codes[i * width + k] - center[k]) / rows;
          covariance[k][j] = covariance[j][k];
        }
      }
    }
    double total = 0;
    for (int j = 0; j < width; j++) {
      total += covariance[j][j];
    }
    double[][] axes = diagonalise(covariance);
    int largest = 0;
    for (int j = 1; j < width; j++) {
      largest = covariance[j][j] > covariance[largest][largest] ? j : largest;
    }
    int next = -1;
    for (int j = 0; j < width; j++) {
      if (j != largest && (next < 0 || covariance[j][j] > covariance[next][next])) {
        next = j;
      }
    }
    return new LatentPlane(
        center,
        axis(axes, largest),
        next < 0 ? new double[width] : axis(axes, next),
        total > 0 ? covariance[largest][largest] / total : 0,
        total > 0 && next >= 0 ? covariance[next][next] / total : 0);
  }

  /**
   * The codes in the plane, {@code {x, y}} each.
   *
   * @param codes {@code float[rows * width]}, row-major
   */
  public List<double[]> project(float[] codes) {
    int width = center.length;
    List<double[]> points = new ArrayList<>(codes.length / width);
    for (int start = 0; start < codes.length; start += width) {
      double[] point = new double[2];
      for (int j = 0; j < width; j++) {
        point[0] += first[j] * (codes[start + j] - center[j]);
        point[1] += second[j] * (codes[start + j] - center[j]);
      }
      points.add(point);
    }
    return points;
  }

  /** Turns {@code matrix} diagonal in place; returns the rotations, eigenvectors as columns. */
  private static double[][] diagonalise(double[][] matrix) {
    int width = matrix.length;
    double[][] axes = new double[width][width];
    for (int j = 0; j < width; j++) {
      axes[j][j] = 1;
    }
    for (int sweep = 0; sweep < MOST_SWEEPS && isOffDiagonal(matrix); sweep++) {
      for (int p = 0; p < width; p++) {
        for (int q = p + 1; q < width; q++) {
          rotate(matrix, axes, p, q);
        }
      }
    }
    return axes;
  }

  private static boolean isOffDiagonal(double[][] matrix) {
    double off = 0;
    double diagonal = 0;
    for (int p = 0; p < matrix.length; p++) {
      diagonal += matrix[p][p] * matrix[p][p];
      for (int q = p + 1; q < matrix.length; q++) {
        off += matrix[p][q] * matrix[p][q];
      }
    }
    return off > 1e-24 * diagonal;
  }

  private static void rotate(double[][] matrix, double[][] axes, int p, int q) {
    if (matrix[p][q] == 0) {
      return;
    }
    double theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
    double tangent = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(theta, 1));
    double cosine = 1 / Math.hypot(tangent, 1);
    double sine = tangent * cosine;
    for (int k = 0; k < matrix.length; k++) {
      double kp = matrix[k][p];
      double kq = matrix[k][q];
      matrix[k][p] = cosine * kp - sine * kq;
      matrix[k][q] = sine * kp + cosine * kq;
    }
    for (int k = 0; k < matrix.length; k++) {
      double pk = matrix[p][k];
      double qk = matrix[q][k];
      matrix[p][k] = cosine * pk - sine * qk;
      matrix[q][k] = sine * pk + cosine * qk;
      double kp = axes[k][p];
      double kq = axes[k][q];
      axes[k][p] = cosine * kp - sine * kq;
      axes[k][q] = sine * kp + cosine * kq;
    }
  }

  private static double[] axis(double[][] axes, int column) {
    double[] axis = new double[axes.length];
    double largest = 0;
    for (int j = 0; j < axes.length; j++) {
      axis[j] = axes[j][column];
      largest = Math.abs(axis[j]) > Math.abs(largest) ? axis[j] : largest;
    }
    for (int j = 0; j < axes.length && largest < 0; j++) {
      axis[j] = -axis[j];
    }
    return axis;
  }
}
