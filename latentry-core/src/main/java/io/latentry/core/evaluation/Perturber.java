package io.latentry.core.evaluation;

import io.latentry.core.data.Rows;

/** Makes synthetic anomalies of normal rows, so that a score can be tuned without a real one. */
public interface Perturber {

  /** A perturbed copy of {@code normals}, row by row. */
  Rows perturb(Rows normals, long seed);
}
