package io.latentry.training.term;

import io.latentry.core.graph.Ops;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.TorchOps;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The codes that may be nearest to a row, found at a fraction of the arithmetic that all of them
 * cost: by {@code |b|**2 - 2ab}, whose product is taken along the leading directions of the codes
 * alone, while the norm is whole. What it leaves out is the product of what little a code has
 * beyond these directions with what a row has there.
 *
 * <p>The directions are an orthonormal basis of the leading principal components. How many there
 * must be is measured: as few as make the mean distance to the nearest codes hardly larger, over
 * the tenth of the codes that are farthest from the others, as anomalies are, each without itself.
 *
 * @param turn {@code float[width * (directions + 1)]}, row-major: turns a row to the directions,
 *     times -2; its last column is 0
 * @param entries {@code float[(directions + 1) * codes]}, row-major: a column for each code, its
 *     squared norm last
 */
record Shortlist(int width, int directions, int codes, float[] turn, float[] entries) {
  /** How many codes it holds beyond those that are looked for, since it tells them less apart. */
  static final int SPARE = 5;

  private static final int FEWEST_CODES = 256;

  /** Numbers of directions that are tried, fewest first. */
  private static final int[] DIRECTIONS = {32, 40, 48, 56, 64, 80, 96};

  /** The most arithmetic that is worth the trouble, as a share of the whole product's. */
  private static final double WORTHWHILE = 0.6;

  /** Of the codes, those farthest from others are looked up to see what is lost. */
  private static final double TRIED_SHARE = 0.1;

  private static final int FEWEST_TRIED = 64;

  /** Rounds of subspace iteration; the leading directions need not be told from one another. */
  private static final int ROUNDS = 8;

  private static final int CHUNK = 128;

  /**
   * The shortlist with the fewest directions that loses no more than {@code mostNats}; empty where
   * none does, or where the whole product costs hardly more.
   *
   * @param table of one member
   * @param found the true neighbours among the codes, with the floor under their distances
   * @param mostNats by which the logarithm of the mean distance may be too large, in the mean
   */
  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  static Optional<Shortlist> of(
      CodeTable table,
      NearestCodes.Found found,
      int neighbours,
      double floor,
      double mostNats,
      SplittableRandom random) {
    int[] worthwhile =
        IntStream.of(DIRECTIONS).filter(directions -> isWorthwhile(table, directions)).toArray();
    if (table.codes() < FEWEST_CODES || worthwhile.length == 0) {
      return Optional.empty();
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard();
        // Small matrices, and a factorisation that builds for GPUs do each in a way of their own.
        TorchOps ops = new TorchOps(Device.CPU)) {
      Tensor entries = ops.tensor(table.entries(), table.codes(), table.width() + 1L);
      Tensor codes = ops.slice(entries, 1, 0, table.width());
      Tensor basis = leading(ops, codes, worthwhile[worthwhile.length - 1], random);
      for (int directions : worthwhile) {
        Tensor some = ops.slice(basis, 1, 0, directions);
        Shortlist shortlist = along(table, codes, some, directions);
        if (shortlist.lostNats(ops, table, codes, found, neighbours, floor) <= mostNats) {
          return Optional.of(shortlist);
        }
      }
      return Optional.empty();
    }
  }

  /** Rows of the table, nearest first as far as the directions tell: {@code [1, batch, k]}. */
  <T> T rows(Ops<T> ops, T query, int k) {
    float[] one = new float[directions + 1];
    one[directions] = 1;
    T turned =
        ops.affine(
            ops.squeeze(query, 0),
            ops.constant(turn, width, directions + 1L),
            ops.constant(one, 1, one.length));
    T near = ops.matmul(turned, ops.constant(entries, directions + 1L, codes));
    return ops.unsqueeze(ops.smallest(near, k).indices(), 0);
  }

  private static boolean isWorthwhile(CodeTable table, int directions) {
    double whole = (double) table.width() * table.codes();
    double least = (double) directions * (table.width() + table.codes());
    return least < WORTHWHILE * whole;
  }

  /** Orthonormal columns that span about the leading principal components, largest first. */
  private static Tensor leading(TorchOps ops, Tensor codes, int count, SplittableRandom random) {
    int width = (int) codes.size(1);
    float[] start = new float[width * count];
    for (int i = 0; i < start.length; i++) {
      start[i] = (float) random.nextGaussian();
    }
    Tensor basis = orthonormal(ops.tensor(start, width, count));
    Tensor turned = codes.t();
    for (int round = 0; round < ROUNDS; round++) {
      basis = orthonormal(turned.matmul(codes.matmul(basis)));
    }
    return basis;
  }

  private static Tensor orthonormal(Tensor columns) {
    return torch.linalg_qr(columns).get0();
  }

  private static Shortlist along(CodeTable table, Tensor codes, Tensor basis, int directions) {
    float[] columns = TorchOps.values(basis.contiguous());
    float[] turned = TorchOps.values(codes.matmul(basis).t().contiguous());
    int width = table.width();
    int count = table.codes();
    float[] turn = new float[width * (directions + 1)];
    for (int j = 0; j < width; j++) {
      for (int k = 0; k < directions; k++) {
        turn[j * (directions + 1) + k] = -2 * columns[j * directions + k];
      }
    }
    float[] entries = new float[(directions + 1) * count];
    System.arraycopy(turned, 0, entries, 0, turned.length);
    for (int i = 0; i < count; i++) {
      entries[directions * count + i] = table.entries()[i * (width + 1) + width];
    }
    return new Shortlist(width, directions, count, turn, entries);
  }

  /** By how much the logarithm of the mean distance to the nearest codes is too large, nats. */
  @SuppressWarnings("try") // Scope is closed for its effect.
  private double lostNats(
      TorchOps ops,
      CodeTable table,
      Tensor all,
      NearestCodes.Found found,
      int neighbours,
      double floor) {
    long[] tried = farthest(found, neighbours);
    int k = Math.min(codes, neighbours + 1 + SPARE);
    double lost = 0;
    for (int from = 0; from < tried.length; from += CHUNK) {
      long[] asked = Arrays.copyOfRange(tried, from, Math.min(tried.length, from + CHUNK));
      try (PointerScope chunk = new PointerScope()) {
        Tensor query = all.index_select(0, ops.indices(asked, asked.length)).unsqueeze(0);
        Tensor squares = table.at(ops, query, rows(ops, query, k)).squaredDistances();
        // The nearest code of a code is itself.
        float[] nearest = TorchOps.values(ops.smallest(squares, neighbours + 1).values());
        for (int i = 0; i < asked.length; i++) {
          double[] quick = new double[neighbours];
          for (int n = 0; n < neighbours; n++) {
            quick[n] = Math.sqrt(nearest[i * (neighbours + 1) + n + 1] + floor * floor);
          }
          double whole = NearestCodes.mean(found.distances()[(int) asked[i]], neighbours);
          lost += Math.log(NearestCodes.mean(quick, neighbours) / Math.max(floor, whole));
        }
      }
    }
    return lost / tried.length;
  }

  private static long[] farthest(NearestCodes.Found found, int neighbours) {
    int codes = found.distances().length;
    return IntStream.range(0, codes)
        .boxed()
        .sorted(
            Comparator.comparingDouble(i -> -NearestCodes.mean(found.distances()[i], neighbours)))
        .limit(Math.max(FEWEST_TRIED, (long) (TRIED_SHARE * codes)))
        .mapToLong(i -> i)
        .toArray();
  }
}
