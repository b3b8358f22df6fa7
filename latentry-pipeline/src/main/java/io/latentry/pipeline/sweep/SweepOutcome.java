package io.latentry.pipeline.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A finished grid.
 *
 * @param points by curve, then by latent units
 * @param width entries of the model's vector
 * @param trainingRows that each fit had
 * @param heldOutRows that judged each fit
 * @param resumed points that an earlier, interrupted sweep had left
 */
public record SweepOutcome(
    List<SweepPoint> points, int width, int trainingRows, int heldOutRows, int resumed) {

  public SweepOutcome {
    points = List.copyOf(points);
  }

  /** Latent units that are 5 % and 30 % of the input: where latent sizes usually lie. */
  public double[] usualRange() {
    return new double[] {0.05 * width, 0.3 * width};
  }

  /** The points of each curve, by what they have in common. */
  public Map<String, List<SweepPoint>> curves() {
    Map<String, List<SweepPoint>> curves = new LinkedHashMap<>();
    for (SweepPoint point : points) {
      curves.computeIfAbsent(point.curve(), c -> new ArrayList<>()).add(point);
    }
    return curves;
  }

  /** The elbow of each curve of held-out reconstruction, where {@link Kneedle} finds one. */
  public Map<String, SweepPoint> elbows() {
    Map<String, SweepPoint> elbows = new TreeMap<>();
    curves().forEach((name, curve) -> elbow(curve).ifPresent(point -> elbows.put(name, point)));
    return elbows;
  }

  private static Optional<SweepPoint> elbow(List<SweepPoint> curve) {
    OptionalInt at =
        Kneedle.elbow(
            curve.stream().mapToDouble(SweepPoint::latent).toArray(),
            curve.stream().mapToDouble(SweepPoint::reconstruction).toArray());
    return at.isPresent() ? Optional.of(curve.get(at.getAsInt())) : Optional.empty();
  }
}
