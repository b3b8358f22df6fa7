package io.latentry.bench.rival;

import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.Terms;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.Prepared;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.ForwardPass;
import io.latentry.training.model.Vae;
import io.latentry.training.model.architecture.Decoder;
import io.latentry.training.model.architecture.Encoder;
import io.latentry.training.model.architecture.Likelihood;
import io.latentry.training.model.latent.Draw;
import io.latentry.training.model.latent.Gaussian;
import io.latentry.training.model.latent.Posterior;
import io.latentry.training.model.latent.StandardNormalPrior;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import io.latentry.training.term.Codes;
import io.latentry.training.term.NeighbourhoodTerm;
import io.latentry.training.term.TailedNeighbourhoodTerm;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The strictest rival: our default detector without its model. The same preprocessing, term with
 * half local scale and tails, and novelty; neighbours are looked for among the prepared training
 * rows themselves, all of them, where ours looks among joint codes.
 */
public final class WithoutModel {
  public static final String NAME = "no_model";

  private static final int SCORED_AT_ONCE = 256;

  /** A model that expects nothing of a row, so that the residual is the row. */
  private static final Vae NOTHING =
      new Vae(
          1,
          new Nothing(),
          new NoPosterior(),
          new StandardNormalPrior(),
          new NoDecoder(),
          new NoLikelihood());

  private final Preprocessor preprocessor;
  private final TailedNeighbourhoodTerm term;
  private final ScoreMix mix;

  private WithoutModel(Preprocessor preprocessor, Rows normals, long seed) {
    this.preprocessor = preprocessor;
    PreparedSamples rows = PreparedSamples.of(preprocessor, normals);
    Codes codes =
        new Codes(
            1,
            rows.count(),
            1,
            rows.width(),
            new float[rows.count()],
            new float[rows.count()],
            new float[rows.x().length],
            residual(rows));
    NeighbourhoodTerm neighbourhood =
        NeighbourhoodTerm.fit(
            codes,
            rows.count(),
            VaeConfig.defaults().neighbours(),
            preprocessor.blocks(),
            new SplittableRandom(seed));
    term =
        TailedNeighbourhoodTerm.fit(
            neighbourhood, preprocessor.blocks(), preprocessor.features(), rows);
    int[] heldOut = DataSplit.shuffled(normals.count(), SplitConfig.DEFAULT, seed).validation();
    Terms usual = terms(normals.select(heldOut));
    mix = ScoreMix.fit(CalibrationConfig.DEFAULT.withAlpha(0), usual, usual);
  }

  /**
   * Stores every row.
   *
   * @param normals training rows, all of which can be judged
   */
  public static WithoutModel fit(Preprocessor preprocessor, Rows normals, long seed) {
    return new WithoutModel(preprocessor, normals, seed);
  }

  /** {@code [rows]}, higher is stranger. */
  public double[] score(Rows rows) {
    return mix.scores(terms(rows));
  }

  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  Terms terms(Rows rows) {
    double[] nats = new double[rows.count()];
    double[] novelty = new double[rows.count()];
    for (int from = 0; from < nats.length; from += SCORED_AT_ONCE) {
      int count = Math.min(SCORED_AT_ONCE, nats.length - from);
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard();
          TorchOps ops = new TorchOps(Device.CPU)) {
        Rows part = rows.slice(from, from + count);
        Prepared<Tensor> prepared = preprocessor.apply(ops, preprocessor.raw(part, ops::tensor));
        Tensor value =
            term.evaluate(new ForwardPass<>(ops, NOTHING, Weights.of(ops, Map.of()), prepared));
        Tensor ofNovelty = prepared.novelty();
        float[] values = TorchOps.values(value);
        float[] news =
            ofNovelty == null ? new float[count] : TorchOps.values(ops.sum(ofNovelty, -1, false));
        for (int i = 0; i < count; i++) {
          nats[from + i] = values[i];
          novelty[from + i] = news[i];
        }
      }
    }
    return new Terms(new double[nats.length], nats, novelty);
  }

  private static float[] residual(PreparedSamples rows) {
    float[] residual = rows.x().clone();
    float[] observed = rows.observed();
    for (int i = 0; observed != null && i < residual.length; i++) {
      residual[i] *= observed[i];
    }
    return residual;
  }

  /** {@code [1, batch, width]} of zeros, of {@code [batch, width]}. */
  private static <T> T zeros(Ops<T> ops, T x) {
    return ops.mul(ops.unsqueeze(x, 0), ops.scalar(0));
  }

  private static final class Nothing implements Encoder {
    @Override
    public List<Parameter> parameters() {
      return List.of();
    }

    @Override
    public int width() {
      return 1;
    }

    @Override
    public <T> T encode(Ops<T> ops, Weights<T> weights, T x) {
      return ops.slice(zeros(ops, x), -1, 0, 1);
    }
  }

  private static final class NoPosterior implements Posterior {
    @Override
    public List<Parameter> parameters() {
      return List.of();
    }

    @Override
    public int latent() {
      return 1;
    }

    @Override
    public <T> Gaussian<T> infer(Ops<T> ops, Weights<T> weights, T features) {
      return new Gaussian<>(features, features);
    }

    @Override
    public <T> Draw<T> draw(Ops<T> ops, Weights<T> weights, Gaussian<T> base, T noise) {
      return new Draw<>(base.mean(), null);
    }

    @Override
    public <T> T center(Ops<T> ops, Weights<T> weights, Gaussian<T> base) {
      return base.mean();
    }
  }

  private static final class NoDecoder implements Decoder {
    @Override
    public List<Parameter> parameters() {
      return List.of();
    }

    @Override
    public <T> T decode(Ops<T> ops, Weights<T> weights, T z) {
      return z;
    }
  }

  private static final class NoLikelihood implements Likelihood {
    @Override
    public List<Parameter> parameters() {
      return List.of();
    }

    @Override
    public <T> T negativeLogLikelihood(
        Ops<T> ops, Weights<T> weights, T decoded, T x, @Nullable T observed) {
      throw new IllegalStateException("likelihood: none (expected: a term of codes alone)");
    }

    @Override
    public <T> T mean(Ops<T> ops, T decoded) {
      return decoded;
    }
  }
}
