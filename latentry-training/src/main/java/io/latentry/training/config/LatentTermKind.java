package io.latentry.training.config;

/** Which latent term scores a row. */
public enum LatentTermKind {
  /** KL of the row's posterior to the prior. */
  KL,
  /** Negative log density of the posterior mean under the prior. */
  PRIOR_DENSITY,
  /** Negative importance-weighted bound on the log-likelihood of the whole row. */
  IMPORTANCE_WEIGHTED,
  /** Negative log density of the posterior mean under the aggregated posterior. */
  AGGREGATED_POSTERIOR,
  /** Distance to the nearest stored joint codes, half scaled by their own sparseness. */
  NEIGHBOURHOOD,
  /** The same, raised where a row lies unusually far out in the margins of its columns. */
  TAILED_NEIGHBOURHOOD,
  /**
   * Of a window: distances to the nearest stored ones in several views of its lags, the joint code
   * among them.
   */
  LAGGED_NEIGHBOURHOOD;

  /**
   * Whether the term sees what the reconstruction misses, so that a reconstruction term beside it
   * tells nothing new.
   */
  public boolean holdsResidual() {
    return this == NEIGHBOURHOOD || this == TAILED_NEIGHBOURHOOD || this == LAGGED_NEIGHBOURHOOD;
  }
}
