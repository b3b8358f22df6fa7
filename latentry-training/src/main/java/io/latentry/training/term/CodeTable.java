package io.latentry.training.term;

import io.latentry.core.graph.Ops;
import java.util.List;

/**
 * Stored codes of each member, and the search for those nearest to a row.
 *
 * <p>Candidates are picked by {@code |b|**2 - 2ab}, one matrix product: of {@code [-2a, 1]} with
 * {@code [b, |b|**2]}, as which a code is stored. Their distances are then taken from differences.
 * The short form alone loses the digits of small distances, and with them the agreement of two
 * runtimes. Where a {@link Shortlist} picks the candidates, codes are stored {@link #withoutNorms}.
 *
 * @param entries {@code float[members * codes * stored]}, row-major: codes, centred by the caller
 * @param stored {@code width + 1} where each code has its squared norm behind it, else {@code
 *     width}
 */
record CodeTable(int members, int codes, int width, float[] entries, int stored) {

  /**
   * @param values {@code float[members * codes * width]}, row-major, centred
   */
  static CodeTable of(int members, int codes, int width, float[] values) {
    float[] entries = new float[members * codes * (width + 1)];
    for (int i = 0; i < members * codes; i++) {
      double sum = 0;
      for (int j = 0; j < width; j++) {
        double value = values[i * width + j];
        sum += value * value;
      }
      System.arraycopy(values, i * width, entries, i * (width + 1), width);
      entries[i * (width + 1) + width] = (float) sum;
    }
    return new CodeTable(members, codes, width, entries, width + 1);
  }

  /** The same codes without what {@link #rows} needs. */
  CodeTable withoutNorms() {
    float[] values = new float[members * codes * width];
    for (int i = 0; i < members * codes; i++) {
      System.arraycopy(entries, i * stored, values, i * width, width);
    }
    return new CodeTable(members, codes, width, values, width);
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
    return at(ops, query, rows(ops, query, k));
  }

  /**
   * Where the nearest codes stand in the table of all members, by the product alone: {@code
   * [members, batch, k]}. Norms must be stored.
   */
  <T> T rows(Ops<T> ops, T query, int k) {
    T turned =
        members == 1
            ? ops.transpose(table(ops), 1, 0)
            : ops.transpose(ops.reshape(table(ops), members, codes, width + 1L), 0, 2, 1);
    T twice = ops.mul(query, ops.scalar(-2));
    T one = ops.add(ops.mul(ops.slice(query, -1, 0, 1), ops.scalar(0)), ops.scalar(1));
    T near = ops.matmul(ops.concat(-1, List.of(twice, one)), turned);
    long[] offsets = new long[members];
    for (int m = 0; m < members; m++) {
      offsets[m] = (long) m * codes;
    }
    return ops.addIndex(ops.smallest(near, k).indices(), offsets, members, 1, 1);
  }

  /** The codes at {@code rows}, with their distances from {@code query}. */
  <T> Nearest<T> at(Ops<T> ops, T query, T rows) {
    return new Nearest<>(ops.sum(squares(ops, query, rows), -1, false), rows);
  }

  /**
   * Squared differences to the codes at {@code rows}, entry by entry: {@code [members, batch, k,
   * width]}.
   */
  <T> T squares(Ops<T> ops, T query, T rows) {
    T found = ops.slice(ops.gather(table(ops), rows), -1, 0, width);
    return ops.square(ops.sub(found, ops.unsqueeze(query, 2)));
  }

  /** One stored figure of each code, at {@code rows}: same shape as {@code rows}. */
  <T> T lookUp(Ops<T> ops, float[] figure, T rows) {
    T column = ops.constant(figure, (long) members * codes, 1);
    return ops.squeeze(ops.gather(column, rows), -1);
  }

  private <T> T table(Ops<T> ops) {
    return ops.constant(entries, (long) members * codes, stored);
  }
}
