package io.latentry.training.model;

import io.latentry.core.graph.Ops;
import java.util.List;
import java.util.Optional;

/**
 * Two altered views of one row attract, views of different rows repel: the normalised,
 * temperature-scaled cross entropy, {@code -log(exp(s[i,j] / t) / sum over k != i of exp(s[i,k] /
 * t))} with cosine similarities s, mean over all 2B views i and their partners j.
 *
 * <p>The paper compares the outputs of a projection head that is thrown away. Here the posterior
 * means themselves are compared, since scores are taken from them.
 *
 * @see <a href="https://arxiv.org/abs/2002.05709">Chen et al. 2020, equation 1</a>
 */
public final class NtXent implements Regulariser {
  private static final float FAR = 1e9f;

  private final double weight;
  private final double warmUp;
  private final double temperature;
  private final Augmentation augmentation;

  /** What takes a view's likeness to itself away; made anew when the number of rows changes. */
  private float[] self = new float[0];

  /**
   * @param weight of the penalty once it has risen
   * @param warmUp share of training over which the weight rises from 0
   * @param temperature t
   * @param augmentation how the views are made
   */
  public NtXent(double weight, double warmUp, double temperature, Augmentation augmentation) {
    this.weight = weight;
    this.warmUp = warmUp;
    this.temperature = temperature;
    this.augmentation = augmentation;
  }

  @Override
  public Optional<Augmentation> views() {
    return Optional.of(augmentation);
  }

  @Override
  public <T> T penalty(Ops<T> ops, Step<T> step) {
    double risen = warmUp > 0 ? Math.min(1, step.progress() / warmUp) : 1;
    T first = step.vae().encode(ops, step.model(), step.views().get(0)).mean();
    T second = step.vae().encode(ops, step.model(), step.views().get(1)).mean();
    return ops.mul(loss(ops, first, second, step.rows()), ops.scalar((float) (weight * risen)));
  }

  /**
   * @param first {@code [members, rows, latent]}: codes of one view of each row
   * @param second those of the other, in the same order
   * @return {@code [members]}
   */
  <T> T loss(Ops<T> ops, T first, T second, int rows) {
    T one = unit(ops, first);
    T other = unit(ops, second);
    T all = ops.concat(1, List.of(one, other));
    T sharpened = ops.scalar((float) (1 / temperature));
    T likeness = ops.mul(ops.matmul(all, ops.transpose(all, 0, 2, 1)), sharpened);
    int views = 2 * rows;
    T others = ops.sub(likeness, ops.constant(self(views), 1, views, views));
    T partners = ops.mul(ops.sum(ops.mul(one, other), -1, false), sharpened);
    return ops.sub(
        ops.mean(ops.logSumExp(others, -1, false), 1, false), ops.mean(partners, 1, false));
  }

  private static <T> T unit(Ops<T> ops, T codes) {
    T square = ops.sum(ops.square(codes), -1, true);
    return ops.div(codes, ops.sqrt(ops.add(square, ops.scalar(1e-12f))));
  }

  private float[] self(int views) {
    if (self.length != views * views) {
      self = new float[views * views];
      for (int i = 0; i < views; i++) {
        self[i * views + i] = FAR;
      }
    }
    return self;
  }
}
