package io.latentry.pipeline.sweep;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The sizes to try: every combination of the three lists.
 *
 * @param latents latent units, ascending, no repeats
 * @param betas KL weights; empty for the config's own
 * @param depths hidden layers, each as wide as the config's first; empty for the config's own
 */
public record SweepGrid(List<Integer> latents, List<Double> betas, List<Integer> depths) {
  private static final int[] USUAL = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64};
  private static final int DEEPEST = 8;

  public SweepGrid {
    latents = latents.stream().sorted().distinct().toList();
    betas = List.copyOf(betas);
    depths = List.copyOf(depths);
    for (int latent : latents) {
      if (latent < 1 || latent > 4096) {
        throw new IllegalArgumentException("latent: " + latent + " (expected: 1 to 4096)");
      }
    }
    for (double beta : betas) {
      if (!(beta >= 0 && beta <= 1e6)) {
        throw new IllegalArgumentException("beta: " + beta + " (expected: 0 to 1e6)");
      }
    }
    for (int depth : depths) {
      if (depth < 1 || depth > DEEPEST) {
        throw new IllegalArgumentException("depth: " + depth + " (expected: 1 to " + DEEPEST + ")");
      }
    }
  }

  /** The usual latent sizes up to the model's input, and beta and depth as configured. */
  static List<Integer> usualLatents(int width) {
    List<Integer> fitting = IntStream.of(USUAL).filter(n -> n <= width).boxed().toList();
    return fitting.isEmpty() ? List.of(1) : fitting;
  }
}
