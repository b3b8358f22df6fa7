package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.PiecesByFeature;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A likelihood for each block of entries: Gaussian with one learned variance for each entry,
 * Bernoulli, or categorical; entries are independent given the code.
 *
 * <p>The Gaussian log-variance is one figure for all rows, cut to [{@value #LOW}, {@value #HIGH}].
 * Learned, it lets well-explained columns count in proportion; cut, it keeps a constant column from
 * growing without bound.
 */
public final class MixedLikelihood implements Likelihood {
  static final float LOW = -6;
  static final float HIGH = 4;
  private static final float LOG_TWO_PI = (float) Math.log(2 * Math.PI);
  private static final String LOG_VARIANCE = "likelihood.log_variance";

  private final List<Run> runs;
  private final int gaussianEntries;
  private final PiecesByFeature pieces;

  /**
   * Neighbouring blocks of one kind; a categorical run is one block.
   *
   * @param gaussianOffset Gaussian entries before this run
   */
  private record Run(Block.Kind kind, int offset, int width, int gaussianOffset) {}

  /**
   * @param blocks in the order of their offsets
   * @param columns of the schema
   */
  public MixedLikelihood(List<Block> blocks, int columns) {
    runs = new ArrayList<>();
    List<Integer> owners = new ArrayList<>();
    int gaussian = 0;
    for (Block block : blocks) {
      Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
      boolean joins =
          last != null && last.kind() == block.kind() && block.kind() != Block.Kind.CATEGORICAL;
      if (last != null && joins) {
        runs.set(
            runs.size() - 1,
            new Run(
                last.kind(), last.offset(), last.width() + block.width(), last.gaussianOffset()));
      } else {
        runs.add(new Run(block.kind(), block.offset(), block.width(), gaussian));
      }
      int own = block.kind() == Block.Kind.CATEGORICAL ? 1 : block.width();
      for (int i = 0; i < own; i++) {
        owners.add(block.column());
      }
      if (block.kind() == Block.Kind.GAUSSIAN) {
        gaussian += block.width();
      }
    }
    gaussianEntries = gaussian;
    pieces = new PiecesByFeature(owners, columns);
  }

  @Override
  public List<Parameter> parameters() {
    return gaussianEntries == 0 ? List.of() : List.of(Parameter.row(LOG_VARIANCE, gaussianEntries));
  }

  @Override
  public <T> T negativeLogLikelihood(
      Ops<T> ops, Weights<T> weights, T decoded, T x, @Nullable T observed) {
    List<T> parts = new ArrayList<>();
    for (Run run : runs) {
      T own = part(ops, decoded, run);
      T target = part(ops, x, run);
      T nats =
          switch (run.kind()) {
            case GAUSSIAN -> gaussian(ops, own, target, logVariance(ops, weights, run));
            case BERNOULLI -> bernoulli(ops, own, target);
            case CATEGORICAL -> categorical(ops, own, target);
          };
      // Categories are always given: missing is one of them.
      parts.add(
          observed == null || run.kind() == Block.Kind.CATEGORICAL
              ? nats
              : ops.mul(nats, part(ops, observed, run)));
    }
    return pieces.sum(ops, ops.concat(-1, parts));
  }

  @Override
  public <T> T mean(Ops<T> ops, T decoded) {
    List<T> parts = new ArrayList<>();
    for (Run run : runs) {
      T own = part(ops, decoded, run);
      parts.add(
          switch (run.kind()) {
            case GAUSSIAN -> own;
            case BERNOULLI -> ops.sigmoid(own);
            case CATEGORICAL -> ops.exp(ops.logSoftmax(own, -1));
          });
    }
    return ops.concat(-1, parts);
  }

  /** {@code 0.5 * (log(2 pi) + logVariance + (x - mean)**2 / exp(logVariance))}. */
  private static <T> T gaussian(Ops<T> ops, T mean, T x, T logVariance) {
    T square = ops.mul(ops.square(ops.sub(x, mean)), ops.exp(ops.neg(logVariance)));
    T sum = ops.add(square, ops.add(logVariance, ops.scalar(LOG_TWO_PI)));
    return ops.mul(sum, ops.scalar(0.5f));
  }

  /** {@code log(1 + exp(logit)) - x * logit}. */
  private static <T> T bernoulli(Ops<T> ops, T logit, T x) {
    return ops.sub(ops.softplus(logit), ops.mul(x, logit));
  }

  /** {@code -sum(x * logSoftmax(logits))}, one value for the block. */
  private static <T> T categorical(Ops<T> ops, T logits, T oneHot) {
    return ops.neg(ops.sum(ops.mul(oneHot, ops.logSoftmax(logits, -1)), -1, true));
  }

  private static <T> T part(Ops<T> ops, T a, Run run) {
    return ops.slice(a, -1, run.offset(), run.offset() + (long) run.width());
  }

  private static <T> T logVariance(Ops<T> ops, Weights<T> weights, Run run) {
    T all = weights.get(LOG_VARIANCE);
    T own = ops.slice(all, -1, run.gaussianOffset(), run.gaussianOffset() + (long) run.width());
    return ops.clip(own, LOW, HIGH);
  }
}
