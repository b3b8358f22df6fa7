package io.latentry.training.fit;

import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.model.layer.Parameter;
import java.util.List;
import java.util.SplittableRandom;

/** The weights that an attempt at training begins from. */
record FirstWeights(TrainingRun run, int members, PreparedSamples rows, long seed) {

  /** {@code float[members * size]}. */
  float[] of(TrainingStart start) {
    return start instanceof TrainingStart.Warm warm
        ? run.parameters().flat(warm.weights())
        : drawn(run.vae().parameters(), new SplittableRandom(seed));
  }

  /** The adversary's, {@code float[members * its size]}; a warm start does not bring any. */
  float[] adversary() {
    return drawn(run.adversary(), new SplittableRandom(seed ^ 0x6a09e667L));
  }

  /** How many values {@link #of} gives. */
  int values() {
    return members * run.parameters().size();
  }

  /** How many values {@link #adversary} gives. */
  int adversaryValues() {
    return members * size(run.adversary());
  }

  private static int size(List<Parameter> parameters) {
    return parameters.stream().mapToInt(Parameter::size).sum();
  }

  private float[] drawn(List<Parameter> parameters, SplittableRandom random) {
    float[] flat = new float[members * size(parameters)];
    int at = 0;
    for (int m = 0; m < members; m++) {
      for (Parameter parameter : parameters) {
        if (parameter.beginsAsRows()) {
          for (int k = 0; k < parameter.shape()[0]; k++) {
            int row = random.nextInt(rows.count());
            System.arraycopy(rows.x(), row * rows.width(), flat, at, rows.width());
            at += rows.width();
          }
        } else {
          for (int i = 0; i < parameter.size(); i++) {
            flat[at++] =
                parameter.standardDeviation() == 0
                    ? 0
                    : (float) (random.nextGaussian() * parameter.standardDeviation());
          }
        }
      }
    }
    return flat;
  }
}
