package io.latentry.training.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.Areas;
import io.latentry.core.graph.Output;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.training.detector.Detector;
import io.latentry.training.detector.DetectorFit;
import io.latentry.training.detector.HealthOf;
import io.latentry.training.detector.LatentInfluence;
import io.latentry.training.detector.Tables;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.TrainingListener;
import io.latentry.training.fit.TrainingStart;
import io.latentry.training.fit.VaeTrainer;
import io.latentry.training.term.Codes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** On data whose structure is known, each variant shows the property that it is there for. */
class VariantPropertiesTest {
  private static final TrainingConfig LONG =
      TrainingConfig.defaults(Variant.BETA).toBuilder().steps(600).batch(128).build();

  @Test
  void aVampPriorFindsThatNormalRowsComeInSeveralKinds() {
    Rows rows = kinds(800, 1);
    Rows heldOut = kinds(400, 2);
    double plain = bound(train(small(Variant.PLAIN, 2), rows), heldOut);
    double vamp = bound(train(small(Variant.VAMP, 2), rows), heldOut);
    // Four equal kinds far apart: one Gaussian wastes about log 4 = 1.4 nats of density.
    assertThat(vamp).isGreaterThan(plain + 0.3);
  }

  @Test
  void aLearnedPriorKnowsTheHoleInARingAndTheStandardNormalDoesNot() {
    assertThat(findsTheHole(Variant.PLAIN)).isLessThan(0.5);
    assertThat(findsTheHole(Variant.FLOW_PRIOR)).isGreaterThan(0.9);
    assertThat(findsTheHole(Variant.VAMP)).isGreaterThan(0.9);
  }

  /** AUROC of the prior's density on rows in the hole. */
  private static double findsTheHole(Variant variant) {
    VaeConfig config =
        small(variant, 2).toBuilder().latentTerm(LatentTermKind.PRIOR_DENSITY).build();
    Rows rows = ring(800, 3, 1);
    Detector detector = DetectorFit.of(train(config, rows), rows, 1);
    return Areas.auroc(
        latentTerm(detector, ring(300, 3, 2)), latentTerm(detector, ring(300, 0, 3)));
  }

  private static double[] latentTerm(Detector detector, Rows rows) {
    float[] nats = detector.run(rows, Set.of(Output.LATENT_TERM)).values(Output.LATENT_TERM);
    return IntStream.range(0, nats.length).mapToDouble(i -> nats[i]).toArray();
  }

  @Test
  void aDiscriminatorClosesTheGapBetweenCodesAndPrior() {
    Rows rows = causes(1000, 1);
    VaeConfig without = small(Variant.PLAIN, 2).toBuilder().beta(0.01).build();
    VaeConfig with = small(Variant.ADVERSARIAL, 2).toBuilder().beta(0.01).build();
    double open = gapToPrior(HealthOf.codes(train(without, rows), rows));
    double closed = gapToPrior(HealthOf.codes(train(with, rows), rows));
    assertThat(closed).isLessThan(0.5 * open);
  }

  @Test
  void contrastKeepsNoiseThatMeansNothingOutOfTheCodes() {
    // Six columns of twelve carry the row's cause, the others noise that the views change.
    Rows rows = nuisance(800, 1);
    Rows same = nuisance(400, 2);
    Rows otherNoise = withOtherNoise(same, 3);
    VaeConfig plain = small(Variant.PLAIN, 4);
    VaeConfig contrast =
        small(Variant.CONTRASTIVE, 4).toBuilder()
            .setting("weight", "100")
            .setting("view_swap", "0.5")
            .build();
    double without = movedByNoise(train(plain, rows), same, otherNoise);
    double with = movedByNoise(train(contrast, rows), same, otherNoise);
    assertThat(with).isLessThan(0.8 * without);
  }

  @Test
  void aHighKlWeightGivesEachCauseAUnitOfItsOwn() {
    Rows rows = causes(1000, 1);
    double plain = disentanglement(train(small(Variant.AUTOENCODER, 4), rows), rows);
    double beta = disentanglement(train(small(Variant.BETA, 4), rows), rows);
    assertThat(beta).isGreaterThan(plain + 0.3);
  }

  @Test
  void theReadOutNamesTheColumnsThatAUnitMoves() {
    Rows rows = causes(1000, 1);
    VaeConfig config = small(Variant.BETA, 4).toBuilder().beta(1).build();
    List<LatentInfluence.Unit> units = LatentInfluence.of(train(config, rows), rows).units();
    // The stronger cause first, with its six columns in front; then the other with its two.
    assertThat(names(units.get(0)).subList(0, 6)).containsOnly("c0", "c1", "c2", "c3", "c4", "c5");
    assertThat(names(units.get(1)).subList(0, 2)).containsOnly("c6", "c7");
    assertThat(units.get(0).columns().get(0).deviations()).isBetween(0.7, 1.2);
    // Units that collapsed move nothing.
    assertThat(units).hasSize(2);
  }

  private static List<String> names(LatentInfluence.Unit unit) {
    return unit.columns().stream().map(LatentInfluence.Moved::column).toList();
  }

  /** Four kinds of rows, far apart, seen through six columns. */
  private static Rows kinds(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[rows * 6];
    for (int i = 0; i < rows; i++) {
      double u = random.nextBoolean() ? 3 : -3;
      double v = random.nextBoolean() ? 3 : -3;
      u += 0.3 * random.nextGaussian();
      v += 0.3 * random.nextGaussian();
      double[] seen = {u, v, u + v, u - v, 2 * u + v, u - 2 * v};
      for (int j = 0; j < 6; j++) {
        values[i * 6 + j] = (float) (seen[j] + 0.5 * random.nextGaussian());
      }
    }
    return Tables.numeric(6, values);
  }

  private static Rows nuisance(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[rows * 12];
    for (int i = 0; i < rows; i++) {
      double kind = random.nextGaussian();
      for (int j = 0; j < 12; j++) {
        values[i * 12 + j] =
            (float) (j < 6 ? kind + 0.2 * random.nextGaussian() : random.nextGaussian());
      }
    }
    return Tables.numeric(12, values);
  }

  private static Rows withOtherNoise(Rows rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = rows.numeric().clone();
    for (int i = 0; i < rows.count(); i++) {
      for (int j = 6; j < 12; j++) {
        values[i * 12 + j] = (float) random.nextGaussian();
      }
    }
    return Tables.numeric(12, values);
  }

  /** Columns 0 to 5 follow one cause, 6 and 7 another, all with noise of their own. */
  private static Rows causes(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[rows * 8];
    for (int i = 0; i < rows; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      for (int j = 0; j < 8; j++) {
        values[i * 8 + j] = (float) ((j < 6 ? a : b) + 0.2 * random.nextGaussian());
      }
    }
    return Tables.numeric(8, values);
  }

  /** A ring seen through four columns; {@code radius} 0 gives rows in its hole. */
  private static Rows ring(int rows, double radius, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[rows * 4];
    for (int i = 0; i < rows; i++) {
      double angle = 2 * Math.PI * random.nextDouble();
      double u = radius * Math.cos(angle) + 0.15 * random.nextGaussian();
      double v = radius * Math.sin(angle) + 0.15 * random.nextGaussian();
      double[] seen = {u, v, u + v, u - v};
      for (int j = 0; j < 4; j++) {
        values[i * 4 + j] = (float) (seen[j] + 0.1 * random.nextGaussian());
      }
    }
    return Tables.numeric(4, values);
  }

  private static VaeConfig small(Variant variant, int latent) {
    VaeConfig.Builder config =
        VaeConfig.defaults(variant).toBuilder()
            .members(1)
            .latent(latent)
            .hidden(List.of(32, 32))
            .codes(256);
    return variant == Variant.BETA || variant == Variant.AUTOENCODER
        ? config.build()
        : config.beta(1).build();
  }

  private static TrainedVae train(VaeConfig config, Rows rows) {
    return new VaeTrainer(config, LONG, TrainingListener.SILENT)
        .train(
            TablePreprocessor.fit(rows),
            rows,
            rows.slice(0, 200),
            3,
            TrainingStart.fresh(),
            Optional.empty());
  }

  /** Mean over rows of the importance-weighted bound at 64 draws, nats. */
  private static double bound(TrainedVae trained, Rows rows) {
    return -meanTerm(trained, LatentTermKind.IMPORTANCE_WEIGHTED, 64, rows, Output.LATENT_TERM);
  }

  private static double meanTerm(
      TrainedVae trained, LatentTermKind kind, int draws, Rows rows, Output term) {
    TrainedVae with =
        new TrainedVae(
            trained.preprocessor(),
            trained.config().toBuilder().latentTerm(kind).draws(draws).build(),
            trained.training(),
            trained.weights(),
            trained.history(),
            trained.health());
    float[] values = DetectorFit.of(with, rows, 5).run(rows, Set.of(term)).values(term);
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /**
   * Largest Wasserstein distance between the aggregated posterior and the standard normal, over
   * sixteen directions.
   */
  private static double gapToPrior(Codes codes) {
    SplittableRandom random = new SplittableRandom(7);
    double worst = 0;
    for (int k = 0; k < 16; k++) {
      double angle = Math.PI * k / 16;
      double[] along = new double[codes.count()];
      double[] prior = new double[codes.count()];
      for (int i = 0; i < along.length; i++) {
        for (int j = 0; j < 2; j++) {
          double direction = j == 0 ? Math.cos(angle) : Math.sin(angle);
          double deviation = Math.exp(0.5 * codes.logVar()[i * 2 + j]);
          double code = codes.mean()[i * 2 + j] + deviation * random.nextGaussian();
          along[i] += direction * code;
          prior[i] += direction * random.nextGaussian();
        }
      }
      Arrays.sort(along);
      Arrays.sort(prior);
      double sum = 0;
      for (int i = 0; i < along.length; i++) {
        sum += Math.abs(along[i] - prior[i]) / along.length;
      }
      worst = Math.max(worst, sum);
    }
    return worst;
  }

  /** How far noise moves codes, beside how far codes lie apart. */
  private static double movedByNoise(TrainedVae trained, Rows rows, Rows otherNoise) {
    Codes codes = HealthOf.codes(trained, rows);
    Codes moved = HealthOf.codes(trained, otherNoise);
    double square = 0;
    double spread = 0;
    int latent = codes.latent();
    for (int j = 0; j < latent; j++) {
      spread += codes.moments(codes.mean(), latent, 0, j)[1];
      for (int i = 0; i < codes.count(); i++) {
        double away = codes.mean()[i * latent + j] - moved.mean()[i * latent + j];
        square += away * away / codes.count();
      }
    }
    return Math.sqrt(square / (2 * spread));
  }

  /**
   * For each cause, how much closer its closest unit follows it than the next one does: the mean
   * gap in squared correlation, 1 at best. Causes are read off the columns that follow them.
   *
   * @see <a href="https://arxiv.org/abs/1711.00848">Kumar et al. 2018, SAP</a>
   */
  private static double disentanglement(TrainedVae trained, Rows rows) {
    Codes codes = HealthOf.codes(trained, rows);
    int latent = codes.latent();
    double total = 0;
    for (int column : new int[] {0, 6}) {
      double[] closeness = new double[latent];
      for (int j = 0; j < latent; j++) {
        double[] unit = new double[rows.count()];
        double[] cause = new double[rows.count()];
        for (int i = 0; i < unit.length; i++) {
          unit[i] = codes.mean()[i * latent + j];
          cause[i] = rows.numeric(i, column);
        }
        closeness[j] = squaredCorrelation(unit, cause);
      }
      Arrays.sort(closeness);
      total += closeness[latent - 1] - closeness[latent - 2];
    }
    return total / 2;
  }

  private static double squaredCorrelation(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElseThrow();
    double meanB = Arrays.stream(b).average().orElseThrow();
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - meanA) * (b[i] - meanB);
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return aa < 1e-9 || bb < 1e-9 ? 0 : ab * ab / (aa * bb);
  }
}
