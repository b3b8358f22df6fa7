package io.latentry.training.term;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.Features;
import io.latentry.training.model.ForwardPass;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * How far a row's joint code lies from the nearest stored ones, half scaled by how sparse their own
 * surroundings are: {@code log(mean distance) - 0.5 * mean of log(own distance)} over the nearest
 * codes, less {@code 0.5 * log(floor)}. A code's own distance is the mean to its {@value
 * #OWN_NEIGHBOURS} nearest. Half-way between the distance to nearest neighbours and the local
 * outlier factor.
 *
 * <p>The joint code of a row is {@code [expected; 2 * residual; scale * mean]} of each member, side
 * by side, so that one search finds what is near to all of them: entries of booleans and categories
 * in units of their own deviation, as those of numbers are from the start, so that a rare value
 * counts as the rare thing it is; the mean over units in use and in units of their posterior
 * deviation.
 *
 * <p>Repeated rows lie on codes, at distances that are all rounding. So distances are {@code
 * sqrt(d**2 + floor**2)}, which is flat at zero: what a runtime rounds there goes in by its square.
 * The neighbours' own distances are averaged with weights that fall linearly to zero at the first
 * code beyond the nearest ones, or as good as there, and together with the median of all codes,
 * whose weight is the floor. So the term is continuous: a flip in the order of two codes, which
 * differs from runtime to runtime, changes nothing, and where many codes are equally near, which of
 * them were found does not either. A {@link Shortlist} ends where its own figures say, so that at
 * its end alone a flip may bring in another code; it holds more codes than are looked for.
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
  private static final double SPREAD_SHARE = 0.02;

  /** Least spread of the term that counts as one, nats. */
  private static final double LEAST_RANGE = 0.01;

  private static final int ROWS_FOR_THE_MIDDLE = 1_000;

  /** What a shortlist may lose of the term in the mean, as a share of its range. */
  private static final double MOST_LOST = 0.0005;

  /**
   * By how much distances of one length may differ, as a share of it: far out this is much beside
   * the floor, and copies of one code would be weighed by it.
   */
  static final float ROUNDING = 0x1p-19f;

  /** Codes beyond the nearest that the exact distances may still bring in. */
  private static final int SPARE = 3;

  private final int members;

  /** Of one member, as which the members stand side by side. */
  private final CodeTable table;

  private final Optional<Shortlist> shortlist;
  private final int neighbours;
  private final float[] entryScale;
  private final float[] center;
  private final float[] unitScale;

  /** {@code [codes]}: less their median, in nats. */
  private final float[] logOwnDistance;

  private final float floor;

  /**
   * The term of a row that lies on codes which lie on others, and half the median of the own
   * distances. Less it, the term has no unit, and the models of a cross-validation, each with a
   * floor of its own, are on one scale.
   */
  private final float level;

  private final double range;

  private NeighbourhoodTerm(
      int members,
      CodeTable table,
      Optional<Shortlist> shortlist,
      int neighbours,
      float[] entryScale,
      float[] center,
      float[] unitScale,
      float[] logOwnDistance,
      float floor,
      float level,
      double range) {
    this.members = members;
    this.table = table;
    this.shortlist = shortlist;
    this.neighbours = neighbours;
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
   * @param neighbours cut to the number of other codes
   * @param blocks of the model's vector
   */
  public static NeighbourhoodTerm fit(
      Codes codes, int most, int neighbours, List<Block> blocks, SplittableRandom random) {
    int members = codes.members();
    float[] entryScale = entryScale(codes, blocks);
    int rows = codes.count();
    int own = 2 * codes.width() + codes.latent();
    int width = members * own;
    float[] unitScale = unitScale(codes, entryScale);
    float[] center = new float[width];
    float[] joints = new float[rows * width];
    for (int m = 0; m < members; m++) {
      for (int j = 0; j < own; j++) {
        int at = m * own + j;
        center[at] = (float) jointMedian(codes, entryScale, unitScale, m, j);
        for (int i = 0; i < rows; i++) {
          joints[i * width + at] =
              (float) (joint(codes, entryScale, unitScale, m, i, j) - center[at]);
        }
      }
    }
    int count = Math.min(rows, most);
    float[] values =
        count < rows ? CodeBook.centres(joints, 1, rows, width, count, random) : joints;
    CodeTable table = CodeTable.of(1, count, width, values);
    int near = Math.max(1, Math.min(neighbours, count - 1));
    NearestCodes.Found found = NearestCodes.of(table, Math.max(near, OWN_NEIGHBOURS));
    double[] ownDistance = new double[count];
    for (int i = 0; i < count; i++) {
      ownDistance[i] = NearestCodes.mean(found.distances()[i], OWN_NEIGHBOURS);
    }
    // Repeated rows have a median of zero, where rounding alone would be the distance.
    double least = SPREAD_SHARE * spread(values, count);
    float floor = (float) (Math.max(FLOOR_SHARE * NearestCodes.median(ownDistance), least) + 1e-6);
    for (int i = 0; i < count; i++) {
      double[] distances = found.distances()[i];
      soften(distances, floor);
      ownDistance[i] = Math.log(Math.max(floor, NearestCodes.mean(distances, OWN_NEIGHBOURS)));
    }
    double usual = NearestCodes.median(ownDistance);
    float[] logOwnDistance = new float[count];
    for (int i = 0; i < count; i++) {
      logOwnDistance[i] = (float) (ownDistance[i] - usual);
    }
    double range = range(found, near, logOwnDistance, floor);
    Optional<Shortlist> shortlist =
        Shortlist.of(table, found, near, floor, MOST_LOST * range, random);
    return new NeighbourhoodTerm(
        members,
        shortlist.isPresent() ? table.withoutNorms() : table,
        shortlist,
        near,
        entryScale,
        center,
        unitScale,
        logOwnDistance,
        floor,
        (float) (0.5 * (usual + Math.log(floor))),
        range);
  }

  /** The interquartile range of the term over the stored codes, each without itself; nats. */
  double range() {
    return range;
  }

  @Override
  public <T> T evaluate(ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    Found<T> found = found(pass);
    T meanDistance = ops.mean(ops.slice(found.ascending(), -1, 0, neighbours), -1, false);
    int ranked = Math.min(neighbours + 1, candidates());
    T beyond = ops.slice(found.ascending(), -1, ranked - 1L, ranked);
    T told = ops.mul(beyond, ops.scalar(1 - ROUNDING));
    T weight = ops.relu(ops.sub(told, found.distances()));
    T weights = ops.add(ops.sum(weight, -1, false), ops.scalar(floor));
    T own = table.lookUp(ops, logOwnDistance, found.rows());
    T meanOwn = ops.div(ops.sum(ops.mul(weight, own), -1, false), weights);
    T nats = ops.sub(ops.log(meanDistance), ops.mul(meanOwn, ops.scalar(0.5f)));
    return ops.sub(ops.squeeze(nats, 0), ops.scalar(level));
  }

  /** A column's part of the squared distances to the nearest codes. */
  @Override
  public <T> T attribution(ForwardPass<T> pass, Features features) {
    Ops<T> ops = pass.ops();
    Found<T> found = found(pass);
    T last = ops.slice(found.ascending(), -1, neighbours - 1L, neighbours);
    T isNear = ops.sub(ops.scalar(1), ops.less(last, found.distances()));
    T squares = table.squares(ops, found.query(), found.rows());
    T near = ops.squeeze(ops.sum(ops.mul(squares, ops.unsqueeze(isNear, -1)), 2, false), 0);
    int width = entryScale.length;
    int own = table.width() / members;
    T byEntry = null;
    for (int from = 0; from < table.width(); from += own) {
      T part =
          ops.add(
              ops.slice(near, -1, from, from + width),
              ops.slice(near, -1, from + width, from + 2L * width));
      byEntry = byEntry == null ? part : ops.add(byEntry, part);
    }
    if (byEntry == null) {
      throw new IllegalStateException("members: none");
    }
    return features.sum(ops, byEntry);
  }

  /**
   * What is near a row.
   *
   * @param query {@code [1, batch, width]}: its joint code, centred
   * @param rows {@code [1, batch, candidates]}, of the table
   * @param distances the same shape, with the floor under them
   * @param ascending {@code [1, batch, neighbours + 1]}: the smallest distances
   */
  private record Found<T>(T query, T rows, T distances, T ascending) {}

  private <T> Found<T> found(ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    T query = query(pass);
    T rows =
        shortlist.isPresent()
            ? shortlist.get().rows(ops, query, candidates())
            : table.rows(ops, query, candidates());
    T squares = table.at(ops, query, rows).squaredDistances();
    T distances = ops.sqrt(ops.add(squares, ops.square(ops.scalar(floor))));
    int ranked = Math.min(neighbours + 1, candidates());
    return new Found<>(query, rows, distances, ops.smallest(distances, ranked).values());
  }

  private int candidates() {
    int spare = shortlist.isPresent() ? Shortlist.SPARE : SPARE;
    return Math.min(neighbours + spare, table.codes());
  }

  /** The joint code, centred: {@code [1, batch, members * (2 * width + latent)]}. */
  private <T> T query(ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    int latent = unitScale.length / members;
    T scale = ops.constant(entryScale, 1, 1, entryScale.length);
    T joint =
        ops.concat(
            -1,
            List.of(
                ops.mul(pass.expected(), scale),
                ops.mul(ops.mul(pass.residual(), scale), ops.scalar(RESIDUAL_WEIGHT)),
                ops.mul(pass.mean(), ops.constant(unitScale, members, 1, latent))));
    T sideBySide =
        members == 1
            ? joint
            : ops.unsqueeze(ops.reshape(ops.transpose(joint, 1, 0, 2), 0, table.width()), 0);
    return ops.sub(sideBySide, ops.constant(center, 1, 1, table.width()));
  }

  private static void soften(double[] distances, double floor) {
    for (int k = 0; k < distances.length; k++) {
      distances[k] = Math.sqrt(distances[k] * distances[k] + floor * floor);
    }
  }

  private static double range(
      NearestCodes.Found found, int neighbours, float[] logOwnDistance, float floor) {
    double[] terms = new double[logOwnDistance.length];
    for (int i = 0; i < terms.length; i++) {
      double own = 0;
      int near = Math.min(neighbours, found.rows()[i].length);
      for (int k = 0; k < near; k++) {
        own += logOwnDistance[found.rows()[i][k]] / near;
      }
      double distance = Math.max(floor, NearestCodes.mean(found.distances()[i], neighbours));
      terms[i] = Math.log(distance) - 0.5 * own;
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

  /** Root mean squared distance of {@code count} codes from their centre. */
  private static double spread(float[] values, int count) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
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
