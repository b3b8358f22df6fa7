package io.latentry.training.model;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** Small dense matrices for tests. */
record Matrix(DMatrixRMaj of) {

  static Matrix zero(int rows, int columns) {
    return new Matrix(new DMatrixRMaj(rows, columns));
  }

  static Matrix of(int rows, int columns, double[] values) {
    return new Matrix(new DMatrixRMaj(rows, columns, true, values));
  }

  double get(int i, int j) {
    return of.get(i, j);
  }

  void set(int i, int j, double value) {
    of.set(i, j, value);
  }

  double determinant() {
    return CommonOps_DDRM.det(of);
  }

  Matrix inverse() {
    DMatrixRMaj inverse = of.copy();
    if (!CommonOps_DDRM.invert(inverse)) {
      throw new IllegalStateException("matrix: singular (expected: one that can be inverted)");
    }
    return new Matrix(inverse);
  }

  Matrix times(Matrix other) {
    return new Matrix(CommonOps_DDRM.mult(of, other.of, null));
  }

  Matrix transposed() {
    return new Matrix(CommonOps_DDRM.transpose(of, null));
  }
}
