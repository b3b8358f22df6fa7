package io.latentry.training.engine;

import io.latentry.training.model.layer.NamedWeight;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * The parameters of all members as one matrix, {@code [members, size]}: one gradient, one optimizer
 * update and one copy serve them all, and a member's weights are a row.
 */
public final class FlatParameters {
  private final List<Parameter> parameters;
  private final int members;
  private final int size;

  public FlatParameters(List<Parameter> parameters, int members) {
    this.parameters = List.copyOf(parameters);
    this.members = members;
    this.size = parameters.stream().mapToInt(Parameter::size).sum();
  }

  /** Values of one member. */
  public int size() {
    return size;
  }

  /** Views of {@code flat} by name; gradients flow back to it. */
  public Weights<Tensor> views(Tensor flat) {
    long[] sizes = parameters.stream().mapToLong(Parameter::size).toArray();
    TensorVector parts = flat.split_with_sizes(sizes, 1);
    Map<String, Tensor> views = new HashMap<>();
    for (int i = 0; i < sizes.length; i++) {
      Parameter parameter = parameters.get(i);
      views.put(parameter.name(), parts.get(i).view(shapeOf(parameter)));
    }
    return name -> {
      Tensor view = views.get(name);
      if (view == null) {
        throw new IllegalStateException("weight: '" + name + "' is not a parameter of the model");
      }
      return view;
    };
  }

  /** {@code float[members * size]} by name. */
  public Map<String, NamedWeight> named(float[] flat) {
    Map<String, NamedWeight> named = new LinkedHashMap<>();
    int offset = 0;
    for (Parameter parameter : parameters) {
      float[] values = new float[members * parameter.size()];
      for (int m = 0; m < members; m++) {
        System.arraycopy(flat, m * size + offset, values, m * parameter.size(), parameter.size());
      }
      named.put(parameter.name(), new NamedWeight(values, shapeOf(parameter)));
      offset += parameter.size();
    }
    return named;
  }

  /**
   * The way back from {@link #named}.
   *
   * @throws IllegalArgumentException if a weight is missing or has another shape
   */
  public float[] flat(Map<String, NamedWeight> named) {
    float[] flat = new float[members * size];
    int offset = 0;
    for (Parameter parameter : parameters) {
      NamedWeight weight = named.get(parameter.name());
      String expected = java.util.Arrays.toString(shapeOf(parameter));
      String got = weight == null ? "none" : java.util.Arrays.toString(weight.shape());
      if (weight == null || !got.equals(expected)) {
        throw new IllegalArgumentException(
            "weight '"
                + parameter.name()
                + "': "
                + got
                + " (expected: "
                + expected
                + "); a warm start needs the same columns, categories, members and layers: fit"
                + " without it, or with the earlier model's config");
      }
      for (int m = 0; m < members; m++) {
        System.arraycopy(
            weight.values(), m * parameter.size(), flat, m * size + offset, parameter.size());
      }
      offset += parameter.size();
    }
    return flat;
  }

  private long[] shapeOf(Parameter parameter) {
    long[] shape = new long[parameter.shape().length + 1];
    shape[0] = members;
    System.arraycopy(parameter.shape(), 0, shape, 1, parameter.shape().length);
    return shape;
  }
}
