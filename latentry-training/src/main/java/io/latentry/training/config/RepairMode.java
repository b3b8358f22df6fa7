package io.latentry.training.config;

/** How far the health checks may go to mend a model. */
public enum RepairMode {
  /** Nothing is changed; what is wrong is told, or fails the fit. */
  NONE,
  /** What keeps the model as it was asked for: rates, annealing and the weight of the KL. */
  BASIC,
  /** Every known remedy in turn, those that change the model's shape included. */
  AUTO
}
