package io.latentry.training.config;

import java.util.List;

/** What the health checks may change before training starts again. */
public enum Repair {
  LOWER_LEARNING_RATE("a tenth of the learning rate"),
  LONGER_ANNEALING("the KL weight rising over 90 % of the steps"),
  FREE_BITS("0.1 nats of each latent unit free of cost"),
  GROWING_CAPACITY("the KL held at a capacity that grows to half a nat for each latent unit"),
  LOWER_BETA("a tenth of the KL weight"),
  MORE_RECONSTRUCTION("four times the weight on reconstruction"),
  SHALLOWER_DECODER("a decoder of one layer less"),
  LARGER_LATENT("twice as many latent units"),
  PERCEPTUAL_LOSS("images compared by what a fixed network sees in them"),
  LATENT_DROPOUT("a tenth of the latent units hidden from the decoder in each step"),
  SLOWER_ADVERSARY("a tenth of the adversary's learning rate");

  /** Nats a pixel, of what a fixed network sees otherwise. */
  private static final String PERCEPTUAL_WEIGHT = "1.0";

  private final String told;

  Repair(String told) {
    this.told = told;
  }

  /** What was done, for people. */
  public String told() {
    return "training started again with " + told;
  }

  /** Whether a repaired model has parameters of another shape. */
  public boolean changesShape() {
    return this == SHALLOWER_DECODER || this == LARGER_LATENT;
  }

  /** Whether it would change anything. */
  public boolean isOpenTo(VaeConfig config) {
    return switch (this) {
      case LOWER_BETA -> config.klWeight() > 0;
      case SHALLOWER_DECODER ->
          config.encoderKind() == EncoderKind.MLP && !config.decoderHidden().isEmpty();
      case PERCEPTUAL_LOSS -> config.encoderKind() == EncoderKind.CONV && config.perceptual() == 0;
      case SLOWER_ADVERSARY -> config.has(AdversarialVae.ADVERSARY_RATE);
      default -> true;
    };
  }

  public VaeConfig applyTo(VaeConfig config) {
    VaeConfig.Builder changed = config.toBuilder();
    return switch (this) {
      case LOWER_LEARNING_RATE -> config;
      case LONGER_ANNEALING -> changed.schedule(ScheduleKind.LINEAR).warmUp(0.9).build();
      case FREE_BITS ->
          changed.schedule(ScheduleKind.LINEAR).freeBits(Math.max(0.1, config.freeBits())).build();
      case GROWING_CAPACITY ->
          changed
              .schedule(ScheduleKind.CAPACITY)
              .capacity(0.5 * config.latentUnits())
              .beta(Math.max(1, config.klWeight()))
              .build();
      case LOWER_BETA -> changed.beta(config.klWeight() / 10).build();
      case MORE_RECONSTRUCTION -> {
        Double weight = config.reconstructionWeight();
        yield changed.reconstructionWeight(4 * (weight == null ? 1 : weight)).build();
      }
      case SHALLOWER_DECODER -> {
        List<Integer> layers = config.decoderHidden();
        yield changed.decoder(layers.subList(1, layers.size())).build();
      }
      case LARGER_LATENT -> changed.latent(Math.min(4096, 2 * config.latentUnits())).build();
      case PERCEPTUAL_LOSS -> changed.setting(EncoderKind.PERCEPTUAL, PERCEPTUAL_WEIGHT).build();
      case LATENT_DROPOUT -> changed.latentDropout(Math.max(0.1, config.latentDropout())).build();
      case SLOWER_ADVERSARY ->
          changed
              .setting(
                  AdversarialVae.ADVERSARY_RATE,
                  Double.toString(config.number(AdversarialVae.ADVERSARY_RATE) / 10))
              .build();
    };
  }

  public TrainingConfig applyTo(TrainingConfig config) {
    return this == LOWER_LEARNING_RATE
        ? config.toBuilder().learningRate(config.learningRate() / 10).build()
        : config;
  }
}
