package io.latentry.pipeline.config;

import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.training.config.EncoderKind;
import io.latentry.training.config.LatentTermKind;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.config.Variant;
import java.util.List;

/** Every knob of a fit. With the data and the seed, it settles the artifact byte for byte. */
public record FitConfig(
    DataConfig data,
    VaeConfig model,
    TrainingConfig training,
    CalibrationConfig calibration,
    long seed) {

  /** The seed unless one is given. */
  public static final long DEFAULT_SEED = 0;

  private static final int SERIES_CODES = 2_000;
  private static final int SERIES_LATENT = 8;
  private static final int SERIES_STEPS = 400;
  private static final double SERIES_RATE = 4e-3;
  private static final int SERIES_BATCH = 128;

  private static final int IMAGE_CODES = 1_000;
  private static final int IMAGE_LATENT = 16;
  private static final int IMAGE_HIDDEN = 128;
  private static final int IMAGE_STEPS = 500;
  private static final double IMAGE_RATE = 4e-3;
  private static final int IMAGE_BATCH = 256;
  private static final int PIXEL_LATENT = 32;
  private static final int PIXEL_STEPS = 400;
  private static final double PIXEL_RATE = 2e-3;
  private static final int PIXEL_BATCH = 32;

  /** The whole config at its defaults. */
  public static final FitConfig DEFAULT =
      new FitConfig(
          DataConfig.DEFAULT,
          VaeConfig.defaults(),
          TrainingConfig.defaults(),
          CalibrationConfig.DEFAULT,
          DEFAULT_SEED);

  /** The defaults of a fit with another model in it. */
  public static FitConfig defaults(Variant variant) {
    return DEFAULT.of(variant);
  }

  /**
   * The same with another model in it, and what that model has defaults of its own for. Steps and
   * learning rate stay where they were set.
   */
  public FitConfig of(Variant other) {
    TrainingConfig usual = TrainingConfig.defaults(model.variant());
    TrainingConfig own = TrainingConfig.defaults(other);
    boolean wasSet =
        training.steps() != usual.steps() || training.learningRate() != usual.learningRate();
    TrainingConfig changed =
        wasSet
            ? training
            : training.toBuilder().steps(own.steps()).learningRate(own.learningRate()).build();
    return new FitConfig(data, model.of(other), changed, calibration, seed);
  }

  /**
   * The calibration with its weight settled where the model settles it: 0 where the latent term
   * holds the residual, and nobody asked for another. Synthetic perturbations would ask for up to a
   * half, which real anomalies do not bear out (docs/decisions/005-tails-beside-neighbours.md).
   */
  public CalibrationConfig settledCalibration() {
    return calibration.alpha() == null && model.latentTerm().holdsResidual()
        ? calibration.withAlpha(0)
        : calibration;
  }

  /**
   * The same with what a series has defaults of its own for, wherever those of a table stand; of a
   * table, the same (docs/decisions/012-series.md).
   */
  public FitConfig settledSeries() {
    if (data.series() == null) {
      return this;
    }
    VaeConfig usual = VaeConfig.defaults();
    VaeConfig.Builder own = model.toBuilder();
    if (model.latentTerm() == usual.latentTerm()) {
      own.latentTerm(LatentTermKind.LAGGED_NEIGHBOURHOOD);
      own.codes(Math.min(model.codes(), SERIES_CODES));
    }
    if (model.members() == usual.members()) {
      own.members(1);
    }
    if (model.latent() == null) {
      own.latent(SERIES_LATENT);
    }
    TrainingConfig plain = TrainingConfig.defaults();
    TrainingConfig.Builder steps = training.toBuilder();
    if (training.steps() == plain.steps() && training.learningRate() == plain.learningRate()) {
      steps.steps(SERIES_STEPS).learningRate(SERIES_RATE);
    }
    if (training.batch() == plain.batch()) {
      steps.batch(SERIES_BATCH);
    }
    return new FitConfig(data, own.build(), steps.build(), calibration, seed);
  }

  /**
   * The same with what images have defaults of their own for, wherever those of a table stand
   * (docs/decisions/013-images.md): one small net for all places, or convolutions over pixels, and
   * the reconstruction term alone unless another weight is asked for.
   */
  public FitConfig settledImages() {
    DataConfig images =
        data.image() == null ? data.toBuilder().image(ImageConfig.DEFAULT).build() : data;
    boolean pixels = images.image() != null && images.image().view() == ImageConfig.View.PIXELS;
    VaeConfig usual = VaeConfig.defaults();
    VaeConfig.Builder own = model.toBuilder();
    if (model.latentTerm() == usual.latentTerm()) {
      own.latentTerm(LatentTermKind.PRIOR_DENSITY);
    }
    if (model.members() == usual.members()) {
      own.members(1);
    }
    if (model.codes() == usual.codes()) {
      own.codes(IMAGE_CODES);
    }
    if (model.latent() == null) {
      own.latent(pixels ? PIXEL_LATENT : IMAGE_LATENT);
    }
    if (model.hidden().equals(usual.hidden())) {
      own.hidden(List.of(IMAGE_HIDDEN));
    }
    if (pixels && model.encoder() == null) {
      own.encoder(EncoderKind.CONV);
    }
    TrainingConfig plain = TrainingConfig.defaults();
    TrainingConfig.Builder steps = training.toBuilder();
    if (training.steps() == plain.steps() && training.learningRate() == plain.learningRate()) {
      steps
          .steps(pixels ? PIXEL_STEPS : IMAGE_STEPS)
          .learningRate(pixels ? PIXEL_RATE : IMAGE_RATE);
    }
    if (training.batch() == plain.batch()) {
      steps.batch(pixels ? PIXEL_BATCH : IMAGE_BATCH);
    }
    return new FitConfig(
        images,
        own.build(),
        steps.build(),
        calibration.alpha() == null ? calibration.withAlpha(1) : calibration,
        seed);
  }

  public FitConfig withData(DataConfig newData) {
    return new FitConfig(newData, model, training, calibration, seed);
  }

  public FitConfig withModel(VaeConfig newModel) {
    return new FitConfig(data, newModel, training, calibration, seed);
  }

  public FitConfig withTraining(TrainingConfig newTraining) {
    return new FitConfig(data, model, newTraining, calibration, seed);
  }

  public FitConfig withCalibration(CalibrationConfig newCalibration) {
    return new FitConfig(data, model, training, newCalibration, seed);
  }

  public FitConfig withSeed(long newSeed) {
    return new FitConfig(data, model, training, calibration, newSeed);
  }
}
