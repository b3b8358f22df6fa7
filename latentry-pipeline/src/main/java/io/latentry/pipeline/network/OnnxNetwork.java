package io.latentry.pipeline.network;

import io.latentry.core.artifact.NetworkSettings;
import io.latentry.core.data.DataException;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.FrozenNetwork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A network of the user's own over any engine: the nodes that its layers need, in order. */
public final class OnnxNetwork implements FrozenNetwork {
  /** The name of the image among values. */
  static final String IMAGE = "";

  /** Half of what a host of ours lets a graph take for one sample: the rest of it comes on top. */
  private static final double MOST_STEPS = 1L << 31;

  /** Likewise of values. */
  private static final double MOST_VALUES = 1L << 25;

  private final NetworkSettings settings;
  private final List<Step> steps;
  private final List<Layer> layers;

  /** Made once: an engine keeps what it made of an array, and a new one would be kept each time. */
  private final Operation.Affine normalisation;

  /**
   * A node.
   *
   * @param takes names of values
   * @param stepsAPixel multiplications and additions for a pixel of the image
   * @param valuesAPixel what it gives for one
   */
  record Step(
      Operation operation,
      List<String> takes,
      String gives,
      double stepsAPixel,
      double valuesAPixel) {}

  /**
   * @param steps each after those whose values it takes, the last of them that of the last layer
   * @param layers in the order of {@code settings.layers()}
   */
  OnnxNetwork(NetworkSettings settings, List<Step> steps, List<Layer> layers) {
    this.settings = settings;
    this.steps = List.copyOf(steps);
    this.layers = List.copyOf(layers);
    this.normalisation = new Operation.Affine(factors(settings), addends(settings));
  }

  /** What a manifest tells of it. */
  public NetworkSettings settings() {
    return settings;
  }

  @Override
  public List<Layer> layers() {
    return layers;
  }

  /**
   * @throws DataException if an image of {@code spec} is too much for it
   */
  public void requireFits(ImageSpec spec, int enlargement) {
    double pixels = (double) spec.height() * spec.width() * enlargement * enlargement;
    double taken = pixels * steps.stream().mapToDouble(Step::stepsAPixel).sum();
    double values = pixels * steps.stream().mapToDouble(Step::valuesAPixel).sum();
    if (taken > MOST_STEPS || values > MOST_VALUES) {
      throw new DataException(
          "network: %.1f billion steps, %.0f million values for an image of %d x %d pixels (expected: at most %.1f, %.0f); see images smaller, by --image-size, cut them by --tile, or name earlier layers in data.image.network.layers"
              .formatted(
                  taken / 1e9,
                  values / 1e6,
                  spec.width(),
                  spec.height(),
                  MOST_STEPS / 1e9,
                  MOST_VALUES / 1e6));
    }
  }

  @Override
  public <T> List<T> see(Ops<T> ops, T image, int count) {
    Map<String, T> values = new HashMap<>();
    values.put(IMAGE, normalisation.apply(ops, List.of(image)));
    List<String> wanted = settings.layers().subList(0, count);
    boolean picks = false;
    for (Step step : steps) {
      if (values.keySet().containsAll(wanted)) {
        break;
      }
      List<T> given = new ArrayList<>();
      step.takes().forEach(name -> given.add(values.get(name)));
      values.put(step.gives(), step.operation().apply(ops, given));
      picks |= step.operation() instanceof Operation.MaxPool;
    }
    List<T> seen = new ArrayList<>();
    for (String layer : wanted) {
      seen.add(values.get(layer));
    }
    if (picks) {
      // An engine's greatest may pass over what is no number; a layer must not.
      T nothing = ops.mul(image, ops.scalar(0));
      T spoiled = ops.sum(ops.sum(ops.sum(nothing, -1, true), -2, true), 1, true);
      seen.replaceAll(layer -> ops.add(layer, spoiled));
    }
    return seen;
  }

  private static float[] factors(NetworkSettings settings) {
    float[] factors = new float[settings.deviation().size()];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (float) (settings.range() / settings.deviation().get(i));
    }
    return factors;
  }

  private static float[] addends(NetworkSettings settings) {
    float[] addends = new float[settings.mean().size()];
    for (int i = 0; i < addends.length; i++) {
      addends[i] = (float) (-settings.mean().get(i) / settings.deviation().get(i));
    }
    return addends;
  }
}
