package io.latentry.training.fit;

import io.latentry.core.data.DataException;
import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.Features;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.Augmentation;
import io.latentry.training.model.Batch;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Draws the rows of a step, each member its own, with replacement, and alters them as augmentations
 * ask. All chance comes from the random that is handed in.
 */
public final class Batches {
  private static final int SMALLEST = 32;

  private final Preprocessor preprocessor;
  private final Features features;
  private final PreparedSamples rows;
  private final Augmentation inputs;
  private final double latentDropout;
  private final int members;
  private final int latent;
  private final int size;

  Batches(
      Preprocessor preprocessor,
      PreparedSamples rows,
      VaeConfig config,
      TrainingConfig training,
      int latent) {
    this.preprocessor = preprocessor;
    this.rows = rows;
    this.features = preprocessor.features();
    if (!ofWindows() && (training.scaling() > 0 || training.timeMask() > 0)) {
      throw new DataException(
          (training.scaling() > 0 ? "scaling: " : "time_mask: ")
              + (training.scaling() > 0 ? training.scaling() : training.timeMask())
              + " (expected: 0 for a table, whose rows are no windows); leave it out");
    }
    this.inputs =
        new Augmentation(
            training.noise(), training.mask(), 0, training.scaling(), training.timeMask());
    this.latentDropout = config.latentDropout();
    this.members = config.members();
    this.latent = latent;
    this.size = Math.min(training.batch(), Math.max(SMALLEST, rows.count()));
  }

  /** Rows of a step and member. */
  int size() {
    return size;
  }

  /** The rows of a step. */
  Batch<Tensor> draw(TorchOps ops, SplittableRandom random) {
    Tensor drawn = rowNumbers(ops, random);
    Tensor target = taken(ops, rows.x(), drawn);
    float[] given = rows.observed();
    Tensor observed = given == null ? null : taken(ops, given, drawn);
    Tensor noise = gaussians(ops, random);
    Tensor input = altered(ops, target, inputs, random);
    return new Batch<>(
        input, target, observed, noise, latentDropout > 0 ? latentMask(ops, random) : null);
  }

  /** Two altered copies of {@code target}, each {@code [members, batch, width]}. */
  List<Tensor> views(TorchOps ops, Tensor target, Augmentation how, SplittableRandom random) {
    return List.of(altered(ops, target, how, random), altered(ops, target, how, random));
  }

  /** {@code [members, batch, latent]}, standard normal. */
  public Tensor gaussians(TorchOps ops, SplittableRandom random) {
    return ops.tensor(gaussians(random, cells() * latent, 1), members, size, latent);
  }

  public static float[] gaussians(SplittableRandom random, int count, float deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian() * deviation;
    }
    return values;
  }

  private int cells() {
    return members * size;
  }

  /** {@code [members, batch]}. */
  private Tensor rowNumbers(TorchOps ops, SplittableRandom random) {
    long[] drawn = new long[cells()];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = random.nextInt(rows.count());
    }
    return ops.indices(drawn, members, size);
  }

  private Tensor taken(TorchOps ops, float[] from, Tensor rowNumbers) {
    return ops.gather(ops.constant(from, rows.count(), rows.width()), rowNumbers);
  }

  private Tensor altered(TorchOps ops, Tensor target, Augmentation how, SplittableRandom random) {
    Tensor altered = target;
    if (how.swap() > 0) {
      Tensor stays = kept(ops, how.swap(), random);
      Tensor others = taken(ops, rows.x(), rowNumbers(ops, random));
      altered = ops.add(others, ops.mul(ops.sub(altered, others), stays));
    }
    if (how.scaling() > 0 && ofWindows()) {
      altered = ops.mul(altered, factors(ops, how.scaling(), random));
    }
    if (how.noise() > 0) {
      float[] noise = gaussians(random, cells() * rows.width(), (float) how.noise());
      for (Block block : preprocessor.blocks()) {
        if (block.kind() != Block.Kind.GAUSSIAN) {
          fill(noise, block, null);
        }
      }
      altered = ops.add(altered, ops.tensor(noise, members, size, rows.width()));
    }
    if (how.mask() > 0) {
      altered = ops.mul(altered, kept(ops, how.mask(), random));
    }
    return how.timeMask() > 0 && ofWindows()
        ? ops.mul(altered, seen(ops, how.timeMask(), random))
        : altered;
  }

  private boolean ofWindows() {
    return features.points() > 1;
  }

  /**
   * The factor of each number; those of one channel of one window, and its differences, share it.
   */
  private Tensor factors(TorchOps ops, double deviation, SplittableRandom random) {
    float[] ofChannel = gaussians(random, cells() * features.channels(), (float) deviation);
    float[] factors = new float[cells() * rows.width()];
    Arrays.fill(factors, 1);
    for (Block block : preprocessor.blocks()) {
      // The four parts of a moment are a direction, which has no size.
      if (block.kind() == Block.Kind.GAUSSIAN && block.width() == 1) {
        int channel = features.channel(block.column());
        for (int i = 0; i < cells(); i++) {
          factors[i * rows.width() + block.offset()] +=
              ofChannel[i * features.channels() + channel];
        }
      }
    }
    return ops.tensor(factors, members, size, rows.width());
  }

  /**
   * 0 for all that tells of a run of points, another run in each window; else 1. The difference of
   * the point behind the run is hidden too, since it tells of the last one in it.
   */
  private Tensor seen(TorchOps ops, double share, SplittableRandom random) {
    int points = features.points();
    int length = (int) Math.max(1, Math.min(points - 1, Math.round(share * points)));
    int[] first = IntStream.range(0, rows.width()).map(features::pointBefore).toArray();
    int[] last = IntStream.range(0, rows.width()).map(features::point).toArray();
    float[] seen = new float[cells() * rows.width()];
    for (int i = 0; i < cells(); i++) {
      int from = random.nextInt(points - length + 1);
      for (int entry = 0; entry < rows.width(); entry++) {
        boolean hidden = last[entry] >= from && first[entry] < from + length;
        seen[i * rows.width() + entry] = hidden ? 0 : 1;
      }
    }
    return ops.tensor(seen, members, size, rows.width());
  }

  /** 0 for the entries of a share of columns, another choice in each row; else 1. */
  private Tensor kept(TorchOps ops, double share, SplittableRandom random) {
    boolean[] hidden = new boolean[cells() * features.count()];
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = random.nextDouble() < share;
    }
    float[] kept = new float[cells() * rows.width()];
    Arrays.fill(kept, 1);
    for (Block block : preprocessor.blocks()) {
      fill(kept, block, hidden);
    }
    return ops.tensor(kept, members, size, rows.width());
  }

  /** Zeroes a block's entries, of the rows whose column is hidden or, without a mask, of all. */
  private void fill(float[] values, Block block, boolean @Nullable [] hidden) {
    int columns = features.count();
    for (int i = 0; i < cells(); i++) {
      if (hidden == null || hidden[i * columns + block.column()]) {
        int from = i * rows.width() + block.offset();
        Arrays.fill(values, from, from + block.width(), 0);
      }
    }
  }

  /** 0 for a share of units, what makes up for them for the others, as in inverted dropout. */
  private Tensor latentMask(TorchOps ops, SplittableRandom random) {
    float[] mask = new float[cells() * latent];
    float kept = (float) (1 / (1 - latentDropout));
    for (int i = 0; i < mask.length; i++) {
      mask[i] = random.nextDouble() < latentDropout ? 0 : kept;
    }
    return ops.tensor(mask, members, size, latent);
  }
}
