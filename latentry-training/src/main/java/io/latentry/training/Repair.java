package io.latentry.training;

/** What the health checks may change before training starts again. */
enum Repair {
  LOWER_LEARNING_RATE("training started again with a tenth of the learning rate"),
  LONGER_ANNEALING("training started again with the KL weight rising over 90 % of the steps"),
  FREE_BITS("training started again with 0.1 nats of each latent unit free of cost"),
  LOWER_BETA("training started again with a tenth of the KL weight");

  private final String told;

  Repair(String told) {
    this.told = told;
  }

  /** What was done, for people. */
  String told() {
    return told;
  }

  VaeConfig applyTo(VaeConfig config) {
    return switch (this) {
      case LOWER_LEARNING_RATE -> config;
      case LONGER_ANNEALING -> config.toBuilder().schedule(ScheduleKind.LINEAR).warmUp(0.9).build();
      case FREE_BITS ->
          config.toBuilder()
              .schedule(ScheduleKind.LINEAR)
              .freeBits(Math.max(0.1, config.freeBits()))
              .build();
      case LOWER_BETA -> config.toBuilder().beta(config.klWeight() / 10).build();
    };
  }

  TrainingConfig applyTo(TrainingConfig config) {
    return this == LOWER_LEARNING_RATE
        ? config.toBuilder().learningRate(config.learningRate() / 10).build()
        : config;
  }
}
