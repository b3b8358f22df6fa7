package io.latentry.core.artifact;

import java.util.List;

/**
 * The network of the user's own that a model of images looks through; its weights are in the graph.
 *
 * @param file its name, without the folder
 * @param digest SHA-256 of the file
 * @param layers names of values of its graph, the finest first
 * @param strides pixels of the image to a place of each
 * @param range brightness that white has, before {@code mean} is taken off
 * @param mean of red, green and blue
 * @param deviation likewise, which is divided by
 */
public record NetworkSettings(
    String file,
    String digest,
    List<String> layers,
    List<Integer> strides,
    double range,
    List<Double> mean,
    List<Double> deviation) {

  public NetworkSettings {
    layers = List.copyOf(layers);
    strides = List.copyOf(strides);
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
  }
}
