package io.latentry.core.monitoring;

import io.latentry.core.artifact.Manifest.ReferenceRow;
import io.latentry.core.drift.NumericShift;
import java.util.ArrayList;
import java.util.List;

/**
 * A latent mean that the posterior uses, over the normal rows that an artifact keeps. Columns that
 * go together otherwise than they did, each as it was, move it or change its width.
 *
 * @param dimension from 0
 * @param normal ascending
 */
public record LatentMean(int dimension, double[] normal) {
  /** Spread over normal rows below which one says nothing; the prior has 1. */
  private static final double LEAST_USED = 0.1;

  /** Those that are used, in their order; none without rows. */
  public static List<LatentMean> of(List<ReferenceRow> normals) {
    List<LatentMean> used = new ArrayList<>();
    int latent = normals.isEmpty() ? 0 : normals.get(0).latentMean().length;
    for (int k = 0; k < latent; k++) {
      int dimension = k;
      double[] normal =
          normals.stream().mapToDouble(row -> row.latentMean()[dimension]).sorted().toArray();
      if (NumericShift.spread(normal) >= LEAST_USED) {
        used.add(new LatentMean(dimension, normal));
      }
    }
    return List.copyOf(used);
  }

  /** Counted from 1, such as {@code latent_mean 3}. */
  public String name() {
    return "latent_mean " + (dimension + 1);
  }
}
