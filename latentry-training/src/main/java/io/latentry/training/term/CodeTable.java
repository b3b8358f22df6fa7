package io.latentry.training.term;

import io.latentry.core.graph.Ops;

/**
 * Stored codes of each member, and the search for those nearest to a row.
 *
 * <p>Candidates are picked by {@code |b|**2 - 2ab}, one matrix product; their distances are then
 * taken from differences. The short form alone loses the digits of small distances, and with them
 * the agreement of two runtimes.
 *
 * @param values {@code float[members * codes * width]}, row-major, centred by the caller
 * @param squaredNorms {@code float[members * codes]}
 */
record CodeTable(int members, int codes, int width, float[] values, float[] squaredNorms) {

  static CodeTable of(int members, int codes, int width, float[] values) {
    float[] norms = new float[members * codes];
    for (int i = 0; i < norms.length; i++) {
      double sum = 0;
      for (int j = 0; j < width; j++) {
        double value = values[i * width + j];
        sum += value * value;
      }
      norms[i] = (float) sum;
    }
    return new CodeTable(members, codes, width, values, norms);
  }

  /**
   * @param squaredDistances {@code [members, batch, k]}; ascending but for rounding
   * @param rows {@code [members, batch, k]}: rows of the table of all members
   */
  record Nearest<T>(T squaredDistances, T rows) {}

  /**
   * @param query {@code [members, batch, width]}, centred as the codes are
   * @param k at most {@link #codes}
   */
  <T> Nearest<T> nearest(Ops<T> ops, T query, int k) {
    T table = ops.constant(values, (long) members * codes, width);
    T turned = ops.transpose(ops.reshape(table, members, codes, width), 0, 2, 1);
    T cross = ops.mul(ops.matmul(query, turned), ops.scalar(-2));
    T near = ops.add(cross, ops.constant(squaredNorms, members, 1, codes));
    long[] offsets = new long[members];
    for (int m = 0; m < members; m++) {
      offsets[m] = (long) m * codes;
    }
    T rows = ops.addIndex(ops.smallest(near, k).indices(), offsets, members, 1, 1);
    return new Nearest<>(ops.sum(squares(ops, query, rows), -1, false), rows);
  }

  /**
   * Squared differences to the codes at {@code rows}, entry by entry: {@code [members, batch, k,
   * width]}.
   */
  <T> T squares(Ops<T> ops, T query, T rows) {
    T table = ops.constant(values, (long) members * codes, width);
    return ops.square(ops.sub(ops.gather(table, rows), ops.unsqueeze(query, 2)));
  }

  /** One stored figure of each code, at {@code rows}: same shape as {@code rows}. */
  <T> T lookUp(Ops<T> ops, float[] figure, T rows) {
    T column = ops.constant(figure, (long) members * codes, 1);
    return ops.squeeze(ops.gather(column, rows), -1);
  }
}
