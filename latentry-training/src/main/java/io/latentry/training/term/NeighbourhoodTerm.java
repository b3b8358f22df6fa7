package io.latentry.training.term;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.Features;
import io.latentry.training.model.ForwardPass;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How far a row's joint code lies from the nearest stored ones, half scaled by how sparse their own
 * surroundings are: {@code log(mean distance) - 0.5 * mean of log(own distance)} over the nearest
 * codes, less {@code 0.5 * log(floor)}; mean over members. A code's own distance is the mean to its
 * {@value #OWN_NEIGHBOURS} nearest. Half-way between the distance to nearest neighbours and the
 * local outlier factor.
 *
 * <p>That of one, of a few and of as many neighbours as a code's own distance has are averaged:
 * which number tells most differs from table to table, and nothing tells it beforehand
 * (docs/decisions/016-quality-on-other-data.md).
 *
 * <p>The joint code of a row is {@code [expected; 2 * residual; scale * mean]}: entries of booleans
 * and categories in units of their own deviation, as those of numbers are from the start, so that a
 * rare value counts as the rare thing it is; the mean over units in use and in units of their
 * posterior deviation.
 *
 * <p>Repeated rows lie on codes, at distances that are all rounding. So distances are {@code
 * sqrt(d**2 + floor**2)}, which is flat at zero: what a runtime rounds there goes in by its square.
 * The neighbours' own distances are averaged with weights that fall linearly to zero at the first
 * code beyond the nearest ones, and together with the median of all codes, whose weight is the
 * floor. So the term is continuous: a flip in the order of two codes, which differs from runtime to
 * runtime, changes nothing, and where many codes are equally near, which of them were found does
 * not either.
 *
 * @see <a href="https://doi.org/10.1145/335191.335388">Breunig et al. 2000, LOF</a>
 */
public final class NeighbourhoodTerm implements LatentTerm {
  private static final float RESIDUAL_WEIGHT = 2;
  private static final double VIEWS_OF_A_NUMBER = 2;

  /** A code's own surroundings are told by more codes than a row's: from few, they are noise. */
  private static final int OWN_NEIGHBOURS = 10;

  /** The floor under distances, as a share of the median own distance. */
  private static final double FLOOR_SHARE = 0.05;

  /** Least floor, as a share of the codes' spread: far above the rounding of float32. */
  private static final double SPREAD_SHARE = 1e-3;

  /** The same where half of the codes have a twin, so that no distance of theirs is a scale. */
  private static final double SPREAD_SHARE_OF_TWINS = 0.02;

  /** Least spread of the term that counts as one, nats. */
  private static final double LEAST_RANGE = 0.01;

  private static final int ROWS_FOR_THE_MIDDLE = 1_000;

  /** Codes beyond the nearest that the exact distances may still bring in. */
  private static final int SPARE = 3;

  private final CodeTable table;
  private final int neighbours;

  /** Numbers of neighbours that the term is the mean over, ascending. */
  private final int[] sizes;

  private final float[] entryScale;
  private final float[] center;
  private final float[] unitScale;

  /** {@code [members * codes]}: less the median of its member, in nats. */
  private final float[] logOwnDistance;

  private final float[] floor;

  /**
   * The term of a row that lies on codes which lie on others, and half the median of the own
   * distances. Less it, the term has no unit, and the models of a cross-validation, each with a
   * floor of its own, are on one scale.
   */
  private final float level;

  private final double range;

  private NeighbourhoodTerm(
      CodeTable table,
      int neighbours,
      int[] sizes,
      float[] entryScale,
      float[] center,
      float[] unitScale,
      float[] logOwnDistance,
      float[] floor,
      float level,
      double range) {
    this.table = table;
    this.neighbours = neighbours;
    this.sizes = sizes;
    this.entryScale = entryScale;
    this.center = center;
    this.unitScale = unitScale;
    this.logOwnDistance = logOwnDistance;
    this.floor = floor;
    this.level = level;
    this.range = range;
  }

  /**
   * @param codes of known rows; more than {@code most} are stood for by the centres of k-means
   * @param neighbours the middle one of the numbers of neighbours; cut to the number of other codes
   * @param blocks of the model's vector
   */
  public static NeighbourhoodTerm fit(
      Codes codes, int most, int neighbours, List<Block> blocks, SplittableRandom random) {
    int members = codes.members();
    float[] entryScale = entryScale(codes, blocks);
    int rows = codes.count();
    int width = 2 * codes.width() + codes.latent();
    float[] unitScale = unitScale(codes, entryScale);
    float[] center = new float[members * width];
    float[] joints = new float[members * rows * width];
    for (int m = 0; m < members; m++) {
      for (int j = 0; j < width; j++) {
        center[m * width + j] = (float) jointMedian(codes, entryScale, unitScale, m, j);
        for (int i = 0; i < rows; i++) {
          joints[(m * rows + i) * width + j] =
              (float) (joint(codes, entryScale, unitScale, m, i, j) - center[m * width + j]);
        }
      }
    }
    int count = Math.min(rows, most);
    float[] values =
        count < rows ? CodeBook.centres(joints, members, rows, width, count, random) : joints;
    CodeTable table = CodeTable.of(members, count, width, values);
    int near = Math.max(1, Math.min(neighbours, count - 1));
    int[] sizes = sizes(near, count);
    NearestCodes.Found found = NearestCodes.of(table, Math.max(near, OWN_NEIGHBOURS));
    float[] logOwnDistance = new float[members * count];
    float[] floor = new float[members];
    double level = 0;
    for (int m = 0; m < members; m++) {
      double[] own = new double[count];
      for (int i = 0; i < count; i++) {
        own[i] = NearestCodes.mean(found.distances()[m * count + i], OWN_NEIGHBOURS);
      }
      double spread = spread(values, m * count * width, count * width, count);
      double least = leastFloor(found, m, count, spread);
      floor[m] = (float) (Math.max(FLOOR_SHARE * NearestCodes.median(own), least) + 1e-6);
      for (int i = 0; i < count; i++) {
        double[] distances = found.distances()[m * count + i];
        soften(distances, floor[m]);
        own[i] = Math.log(Math.max(floor[m], NearestCodes.mean(distances, OWN_NEIGHBOURS)));
      }
      double usual = NearestCodes.median(own);
      for (int i = 0; i < count; i++) {
        logOwnDistance[m * count + i] = (float) (own[i] - usual);
      }
      level += 0.5 * (usual + Math.log(floor[m])) / members;
    }
    return new NeighbourhoodTerm(
        table,
        near,
        sizes,
        entryScale,
        center,
        unitScale,
        logOwnDistance,
        floor,
        (float) level,
        range(found, sizes, logOwnDistance, floor));
  }

  /** The interquartile range of the term over the stored codes, each without itself; nats. */
  double range() {
    return range;
  }

  @Override
  public <T> T evaluate(ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    int members = table.members();
    int most = sizes[sizes.length - 1];
    int candidates = Math.min(most + SPARE, table.codes());
    CodeTable.Nearest<T> nearest = table.nearest(ops, query(pass), candidates);
    T memberFloor = ops.constant(floor, members, 1, 1);
    T distances = ops.sqrt(ops.add(nearest.squaredDistances(), ops.square(memberFloor)));
    int ranked = Math.min(most + 1, candidates);
    T ascending = ops.smallest(distances, ranked).values();
    T own = table.lookUp(ops, logOwnDistance, nearest.rows());
    // All sizes at once: two small products, where a loop would be three times the operations.
    T meanDistance = ops.matmul(ascending, ops.constant(shares(ranked), ranked, sizes.length));
    T beyond = ops.matmul(ascending, ops.constant(next(ranked), ranked, sizes.length));
    T weight = ops.relu(ops.sub(ops.unsqueeze(beyond, 3), ops.unsqueeze(distances, 2)));
    T weights = ops.add(ops.sum(weight, -1, false), memberFloor);
    T meanOwn = ops.div(ops.sum(ops.mul(weight, ops.unsqueeze(own, 2)), -1, false), weights);
    T ofSizes = ops.sub(ops.log(meanDistance), ops.mul(meanOwn, ops.scalar(0.5f)));
    T nats = ops.mean(ofSizes, -1, false);
    return ops.sub(ops.mean(nats, 0, false), ops.scalar(level));
  }

  /** A column's part of the squared distances to the nearest codes. */
  @Override
  public <T> T attribution(ForwardPass<T> pass, Features features) {
    Ops<T> ops = pass.ops();
    CodeTable.Nearest<T> nearest = table.nearest(ops, query(pass), neighbours);
    T squares = ops.mean(table.squares(ops, query(pass), nearest.rows()), 2, false);
    int width = entryScale.length;
    T byEntry =
        ops.add(ops.slice(squares, -1, 0, width), ops.slice(squares, -1, width, 2L * width));
    return features.sum(ops, ops.mean(byEntry, 0, false));
  }

  /** The joint code, centred: {@code [members, batch, 2 * width + latent]}. */
  private <T> T query(ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    int members = table.members();
    int latent = unitScale.length / members;
    T scale = ops.constant(entryScale, 1, 1, entryScale.length);
    T joint =
        ops.concat(
            -1,
            List.of(
                ops.mul(pass.expected(), scale),
                ops.mul(ops.mul(pass.residual(), scale), ops.scalar(RESIDUAL_WEIGHT)),
                ops.mul(pass.mean(), ops.constant(unitScale, members, 1, latent))));
    return ops.sub(joint, ops.constant(center, members, 1, table.width()));
  }

  private static void soften(double[] distances, double floor) {
    for (int k = 0; k < distances.length; k++) {
      distances[k] = Math.sqrt(distances[k] * distances[k] + floor * floor);
    }
  }

  /** {@code float[ranked * sizes]}: from ascending distances to the mean of each size. */
  private float[] shares(int ranked) {
    float[] shares = new float[ranked * sizes.length];
    for (int s = 0; s < sizes.length; s++) {
      for (int k = 0; k < sizes[s]; k++) {
        shares[k * sizes.length + s] = 1f / sizes[s];
      }
    }
    return shares;
  }

  /** {@code float[ranked * sizes]}: from ascending distances to the first beyond each size. */
  private float[] next(int ranked) {
    float[] next = new float[ranked * sizes.length];
    for (int s = 0; s < sizes.length; s++) {
      next[Math.min(sizes[s], ranked - 1) * sizes.length + s] = 1;
    }
    return next;
  }

  /** One neighbour, {@code near}, and as many as a code's own distance has; each once. */
  private static int[] sizes(int near, int count) {
    int most = Math.max(near, Math.min(OWN_NEIGHBOURS, count - 1));
    return IntStream.of(1, near, most).distinct().toArray();
  }

  /** Repeated rows have a median of zero, where rounding alone would be the distance. */
  private static double leastFloor(NearestCodes.Found found, int member, int count, double spread) {
    long twins =
        IntStream.range(member * count, (member + 1) * count)
            .filter(i -> NearestCodes.mean(found.distances()[i], 1) < SPREAD_SHARE * spread)
            .count();
    return (2 * twins >= count ? SPREAD_SHARE_OF_TWINS : SPREAD_SHARE) * spread;
  }

  private static double range(
      NearestCodes.Found found, int[] sizes, float[] logOwnDistance, float[] floor) {
    int count = logOwnDistance.length / floor.length;
    double[] terms = new double[count];
    for (int i = 0; i < logOwnDistance.length; i++) {
      for (int size : sizes) {
        double own = 0;
        int near = Math.min(size, found.rows()[i].length);
        for (int k = 0; k < near; k++) {
          own += logOwnDistance[found.rows()[i][k]] / near;
        }
        double distance = Math.max(floor[i / count], NearestCodes.mean(found.distances()[i], size));
        terms[i % count] += (Math.log(distance) - 0.5 * own) / (floor.length * sizes.length);
      }
    }
    return RobustScale.of(terms, LEAST_RANGE).range();
  }

  /**
   * {@code float[width]}: what an entry is multiplied by; 1 but for booleans, which count as much
   * as numbers do: in units of their own deviation, and for both views that a number has.
   * Categories stay as they are: so scaled, a rare one would drown the numbers beside it.
   */
  private static float[] entryScale(Codes codes, List<Block> blocks) {
    float[] scale = new float[codes.width()];
    Arrays.fill(scale, 1);
    Set<Integer> seen = new HashSet<>();
    for (Block block : blocks) {
      // A missing-value indicator comes after the entry of its column.
      boolean isColumn = seen.add(block.column());
      if (isColumn && block.kind() == Block.Kind.BERNOULLI) {
        double ones = 0;
        for (int i = 0; i < codes.count(); i++) {
          int at = i * codes.width() + block.offset();
          ones += codes.expected()[at] + codes.residual()[at];
        }
        double least = 0.5 / (codes.count() + 1);
        double share = Math.max(least, Math.min(1 - least, ones / codes.count()));
        scale[block.offset()] = (float) Math.sqrt(VIEWS_OF_A_NUMBER / (share * (1 - share)));
      }
    }
    return scale;
  }

  /**
   * {@code float[members * latent]}: what a posterior mean is multiplied by. Units count in their
   * posterior deviation, together as much as the expectations do; units not in use count nothing.
   */
  private static float[] unitScale(Codes codes, float[] entryScale) {
    int latent = codes.latent();
    float[] scale = codes.unitsInUse();
    for (int m = 0; m < codes.members(); m++) {
      double unitSpread = 0;
      for (int j = 0; j < latent; j++) {
        int unit = m * latent + j;
        scale[unit] *= (float) Math.exp(-0.5 * codes.moments(codes.logVar(), latent, m, j)[0]);
        double variance = codes.moments(codes.mean(), latent, m, j)[1];
        unitSpread += scale[unit] * scale[unit] * variance;
      }
      double expectedSpread = 0;
      for (int j = 0; j < codes.width(); j++) {
        double square = entryScale[j] * entryScale[j];
        expectedSpread += square * codes.moments(codes.expected(), codes.width(), m, j)[1];
      }
      float share = unitSpread > 1e-12 ? (float) Math.sqrt(expectedSpread / unitSpread) : 0;
      for (int j = 0; j < latent; j++) {
        scale[m * latent + j] *= share;
      }
    }
    return scale;
  }

  /** Root mean squared distance of a member's {@code count} codes from their centre. */
  private static double spread(float[] values, int from, int length, int count) {
    double sum = 0;
    for (int i = from; i < from + length; i++) {
      sum += (double) values[i] * values[i];
    }
    return Math.sqrt(sum / count);
  }

  private static double joint(
      Codes codes, float[] entryScale, float[] unitScale, int m, int i, int j) {
    int width = codes.width();
    int row = m * codes.count() + i;
    if (j < width) {
      return entryScale[j] * codes.expected()[row * width + j];
    }
    if (j < 2 * width) {
      return RESIDUAL_WEIGHT * entryScale[j - width] * codes.residual()[row * width + j - width];
    }
    int unit = j - 2 * width;
    return codes.mean()[row * codes.latent() + unit] * unitScale[m * codes.latent() + unit];
  }

  /**
   * The middle of the codes, by up to {@value #ROWS_FOR_THE_MIDDLE} of them. The mean would do but
   * for a few extreme rows: far from it, the others would lose their small distances to rounding.
   */
  private static double jointMedian(
      Codes codes, float[] entryScale, float[] unitScale, int m, int j) {
    int count = Math.min(codes.count(), ROWS_FOR_THE_MIDDLE);
    double[] values = new double[count];
    for (int k = 0; k < count; k++) {
      int row = (int) ((long) k * codes.count() / count);
      values[k] = joint(codes, entryScale, unitScale, m, row, j);
    }
    return NearestCodes.median(values);
  }
}
