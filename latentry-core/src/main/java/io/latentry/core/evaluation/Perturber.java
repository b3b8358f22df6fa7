package io.latentry.core.evaluation;

import io.latentry.core.data.Samples;

/** Makes synthetic anomalies of normal rows, so that a score can be tuned without a real one. */
public interface Perturber {

  /** A perturbed copy of {@code normals}, sample by sample. */
  Samples perturb(Samples normals, long seed);
}
