package io.latentry.training.config;

import org.jspecify.annotations.Nullable;

/**
 * How the model is trained. Defaults are those of {@link #defaults()}.
 *
 * @param batch rows of a step and member, drawn with replacement; at most {@code max(32, rows)}
 * @param learningRate the peak of the one-cycle schedule
 * @param rise share of the steps over which the learning rate rises to its peak
 * @param weightDecay decoupled, as in AdamW
 * @param gradientClip largest norm of the gradient over all members together
 * @param evaluateEvery steps between two looks at the validation rows
 * @param patience evaluations without a better validation loss after which training stops
 * @param noise standard deviation of the noise added to the encoder's real-valued inputs
 * @param mask share of columns hidden from the encoder; the loss asks for all of them
 * @param maxRepairs restarts that the health checks may ask for
 * @param threads of the engine
 * @param repair how far the restarts may go; null for {@link RepairMode#BASIC}
 * @param scaling standard deviation of the factor, about 1, that each channel of a window is
 *     multiplied by for the encoder, one factor for all points; of a table 0
 * @param timeMask share of a window's points that are hidden from the encoder, one run of them; of
 *     a table 0
 */
public record TrainingConfig(
    int steps,
    int batch,
    double learningRate,
    double rise,
    double weightDecay,
    double gradientClip,
    int evaluateEvery,
    int patience,
    double noise,
    double mask,
    int maxRepairs,
    int threads,
    @Nullable RepairMode repair,
    double scaling,
    double timeMask) {

  /** Restarts that {@link RepairMode#AUTO} may need: each remedy once. */
  private static final int EVERY_REPAIR = Repair.values().length;

  public TrainingConfig {
    Checks.inRange("steps", steps, 1, 10_000_000);
    Checks.inRange("batch", batch, 1, 1_000_000);
    Checks.inRange("learning_rate", learningRate, 1e-12, 1e9);
    Checks.inRange("rise", rise, 0, 1);
    Checks.inRange("weight_decay", weightDecay, 0, 1);
    Checks.inRange("gradient_clip", gradientClip, 1e-9, 1e12);
    Checks.inRange("evaluate_every", evaluateEvery, 1, 1_000_000);
    Checks.inRange("patience", patience, 1, 1_000_000);
    Checks.inRange("noise", noise, 0, 100);
    Checks.inRange("mask", mask, 0, 0.99);
    Checks.inRange("max_repairs", maxRepairs, 0, 10);
    Checks.inRange("threads", threads, 1, 1024);
    Checks.inRange("scaling", scaling, 0, 10);
    Checks.inRange("time_mask", timeMask, 0, 0.99);
  }

  /** The training of the default detector. */
  public static TrainingConfig defaults() {
    return new TrainingConfig(150, 96, 6e-3, 0.1, 1e-5, 5, 25, 10, 0, 0, 3, 1, null, 0, 0);
  }

  /** The training of a model unless it is told otherwise. */
  public static TrainingConfig defaults(Variant variant) {
    return variant.parts().over(defaults().toBuilder()).build();
  }

  /** How far repairs may go. */
  public RepairMode repairMode() {
    return repair == null ? RepairMode.BASIC : repair;
  }

  /** Restarts that the health checks may ask for, under the mode. */
  public int mostRepairs() {
    return switch (repairMode()) {
      case NONE -> 0;
      case BASIC -> maxRepairs;
      case AUTO -> Math.max(maxRepairs, EVERY_REPAIR);
    };
  }

  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Changes single settings of a config; everything is checked in {@link #build}. */
  public static final class Builder {
    private int steps;
    private int batch;
    private double learningRate;
    private double rise;
    private double weightDecay;
    private double gradientClip;
    private int evaluateEvery;
    private int patience;
    private double noise;
    private double mask;
    private int maxRepairs;
    private int threads;
    private @Nullable RepairMode repair;
    private double scaling;
    private double timeMask;

    private Builder(TrainingConfig from) {
      steps = from.steps;
      batch = from.batch;
      learningRate = from.learningRate;
      rise = from.rise;
      weightDecay = from.weightDecay;
      gradientClip = from.gradientClip;
      evaluateEvery = from.evaluateEvery;
      patience = from.patience;
      noise = from.noise;
      mask = from.mask;
      maxRepairs = from.maxRepairs;
      threads = from.threads;
      repair = from.repair;
      scaling = from.scaling;
      timeMask = from.timeMask;
    }

    public Builder steps(int value) {
      steps = value;
      return this;
    }

    public Builder batch(int value) {
      batch = value;
      return this;
    }

    public Builder learningRate(double value) {
      learningRate = value;
      return this;
    }

    public Builder rise(double value) {
      rise = value;
      return this;
    }

    public Builder weightDecay(double value) {
      weightDecay = value;
      return this;
    }

    public Builder gradientClip(double value) {
      gradientClip = value;
      return this;
    }

    public Builder evaluateEvery(int value) {
      evaluateEvery = value;
      return this;
    }

    public Builder patience(int value) {
      patience = value;
      return this;
    }

    public Builder noise(double value) {
      noise = value;
      return this;
    }

    public Builder mask(double value) {
      mask = value;
      return this;
    }

    public Builder maxRepairs(int value) {
      maxRepairs = value;
      return this;
    }

    public Builder threads(int value) {
      threads = value;
      return this;
    }

    public Builder repair(RepairMode value) {
      repair = value;
      return this;
    }

    public Builder scaling(double value) {
      scaling = value;
      return this;
    }

    public Builder timeMask(double value) {
      timeMask = value;
      return this;
    }

    public TrainingConfig build() {
      return new TrainingConfig(
          steps,
          batch,
          learningRate,
          rise,
          weightDecay,
          gradientClip,
          evaluateEvery,
          patience,
          noise,
          mask,
          maxRepairs,
          threads,
          repair,
          scaling,
          timeMask);
    }
  }
}
