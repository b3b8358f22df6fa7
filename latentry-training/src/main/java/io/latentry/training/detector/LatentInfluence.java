package io.latentry.training.detector;

import io.latentry.core.data.Samples;
import io.latentry.core.preprocessing.Features;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.VaeFactory;
import io.latentry.training.model.Vae;
import io.latentry.training.model.layer.Weights;
import io.latentry.training.term.Codes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Which latent unit moves which column: the read-out of a traversal, in which one unit of a row's
 * code is moved and all others stay. Of the first member.
 *
 * @param units those that move anything, the most moving first
 * @see <a href="https://openreview.net/forum?id=Sy2fzU9gl">Higgins et al. 2017, section 4</a>
 */
public record LatentInfluence(List<Unit> units) {
  /** Rows whose codes are traversed. */
  private static final int ROWS = 256;

  /** Moves below this, in standard deviations of the column, are none. */
  private static final double NOTHING = 0.05;

  /**
   * @param unit 0-based
   * @param columns those that it moves, the most moved first
   */
  public record Unit(int unit, List<Moved> columns) {
    public Unit {
      columns = List.copyOf(columns);
    }
  }

  /**
   * @param deviations how far the column's expectation moves, in its standard deviations (of a
   *     category: in probability), as the unit moves by one of its own; root mean square over rows
   */
  public record Moved(String column, double deviations) {}

  public LatentInfluence {
    units = List.copyOf(units);
  }

  /** Traverses the codes of some of {@code rows}. */
  public static LatentInfluence of(TrainedVae trained, Samples rows) {
    if (trained.preprocessor().pixels().isPresent()) {
      // Each unit moves thousands of pixels a little, which tells nobody anything.
      return new LatentInfluence(List.of());
    }
    Vae vae = VaeFactory.vae(trained.config(), trained.preprocessor());
    Codes codes =
        Codes.of(
            vae,
            trained.weights(),
            PreparedSamples.drawn(trained.preprocessor(), rows, ROWS, new SplittableRandom(0)));
    List<Unit> units = new ArrayList<>();
    for (int j = 0; j < codes.latent(); j++) {
      List<Moved> moved = moved(trained, vae, codes, j);
      if (!moved.isEmpty()) {
        units.add(new Unit(j, moved));
      }
    }
    units.sort(Comparator.comparingDouble(unit -> -total(unit)));
    return new LatentInfluence(units);
  }

  private static double total(Unit unit) {
    return unit.columns().stream().mapToDouble(m -> m.deviations() * m.deviations()).sum();
  }

  private static List<Moved> moved(TrainedVae trained, Vae vae, Codes codes, int unit) {
    float half = (float) (0.5 * Math.sqrt(codes.moments(codes.mean(), codes.latent(), 0, unit)[1]));
    float[] above = expected(trained, vae, codes, unit, half);
    float[] below = expected(trained, vae, codes, unit, -half);
    Features features = trained.preprocessor().features();
    double[] largest = new double[features.count()];
    for (int entry = 0; entry < codes.width(); entry++) {
      double square = 0;
      for (int i = 0; i < codes.count(); i++) {
        double move = above[i * codes.width() + entry] - below[i * codes.width() + entry];
        square += move * move / codes.count();
      }
      // A number enters in two views; it moves as far as the one that moves farther.
      int feature = features.of(entry);
      largest[feature] = Math.max(largest[feature], Math.sqrt(square));
    }
    List<Moved> moved = new ArrayList<>();
    for (int c = 0; c < largest.length; c++) {
      if (largest[c] >= NOTHING) {
        moved.add(new Moved(features.name(c), largest[c]));
      }
    }
    moved.sort(Comparator.comparingDouble(m -> -m.deviations()));
    return moved;
  }

  /** Expectations with one unit moved: {@code float[rows * width]}, of the first member. */
  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  private static float[] expected(TrainedVae trained, Vae vae, Codes codes, int unit, float by) {
    float[] moved = codes.mean().clone();
    for (int i = unit; i < moved.length; i += codes.latent()) {
      moved[i] += by;
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard();
        TorchOps ops = new TorchOps(Engine.device())) {
      Weights<Tensor> weights = Weights.of(ops, trained.weights());
      Tensor z = ops.tensor(moved, codes.members(), codes.count(), codes.latent());
      Tensor decoded = vae.decoder().decode(ops, weights, z);
      return TorchOps.values(vae.likelihood().mean(ops, decoded).narrow(0, 0, 1));
    }
  }
}
