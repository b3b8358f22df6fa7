package io.latentry.training.term;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.ForwardPass;

/**
 * {@code -log q(z)} at the posterior mean under the aggregated posterior, a mixture of one Gaussian
 * around each stored code, of which the nearest ones count; nats, mean over members. Only units in
 * use take part.
 */
public final class AggregatedPosteriorTerm implements LatentTerm {
  /** Mixture components that count; the others are too far off to matter. */
  private static final int NEAREST = 10;

  private final CodeTable table;
  private final float[] center;
  private final float[] inUse;
  private final float[] precision;
  private final float[] constant;

  private AggregatedPosteriorTerm(
      CodeTable table, float[] center, float[] inUse, float[] precision, float[] constant) {
    this.table = table;
    this.center = center;
    this.inUse = inUse;
    this.precision = precision;
    this.constant = constant;
  }

  /**
   * The variance of the components is that of the posteriors, plus what bridges the gap between
   * neighbouring codes.
   */
  public static AggregatedPosteriorTerm fit(Codes codes) {
    int members = codes.members();
    int latent = codes.latent();
    float[] inUse = codes.unitsInUse();
    float[] center = new float[members * latent];
    float[] values = new float[members * codes.count() * latent];
    for (int m = 0; m < members; m++) {
      for (int j = 0; j < latent; j++) {
        int unit = m * latent + j;
        center[unit] = (float) codes.moments(codes.mean(), latent, m, j)[0];
        for (int i = 0; i < codes.count(); i++) {
          int at = (m * codes.count() + i) * latent + j;
          values[at] = (codes.mean()[at] - center[unit]) * inUse[unit];
        }
      }
    }
    CodeTable table = CodeTable.of(members, codes.count(), latent, values);
    double[][] distances = NearestCodes.of(table, 1).distances();
    float[] precision = new float[members];
    float[] constant = new float[members];
    for (int m = 0; m < members; m++) {
      double units = 0;
      double variance = 0;
      for (int j = 0; j < latent; j++) {
        if (inUse[m * latent + j] > 0) {
          units++;
          for (int i = 0; i < codes.count(); i++) {
            variance += Math.exp(codes.logVar()[(m * codes.count() + i) * latent + j]);
          }
        }
      }
      double[] gaps = new double[codes.count()];
      for (int i = 0; i < gaps.length; i++) {
        double gap = NearestCodes.mean(distances[m * gaps.length + i], 1);
        gaps[i] = gap * gap;
      }
      double bandwidth =
          Math.max(1e-6, NearestCodes.median(gaps) / units) + variance / (units * codes.count());
      precision[m] = (float) (1 / bandwidth);
      constant[m] =
          (float) (Math.log(codes.count()) + 0.5 * units * Math.log(2 * Math.PI * bandwidth));
    }
    return new AggregatedPosteriorTerm(table, center, inUse, precision, constant);
  }

  @Override
  public <T> T evaluate(ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    int members = table.members();
    T centred = ops.sub(pass.mean(), ops.constant(center, members, 1, table.width()));
    T query = ops.mul(centred, ops.constant(inUse, members, 1, table.width()));
    T squares = table.nearest(ops, query, Math.min(NEAREST, table.codes())).squaredDistances();
    T exponents =
        ops.mul(ops.mul(squares, ops.constant(precision, members, 1, 1)), ops.scalar(-0.5f));
    T nats = ops.sub(ops.constant(constant, members, 1), ops.logSumExp(exponents, -1, false));
    return ops.mean(nats, 0, false);
  }
}
