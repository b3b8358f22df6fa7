package io.latentry.core.data;

import java.util.List;

/**
 * What a sample shows that training never saw.
 *
 * @param features whose values are of a kind that they never were
 * @param words such as {@code valve_3 was 0 in all 12,000 normal rows, now 1}
 */
public record NovelValues(List<String> features, String words) {
  public NovelValues {
    features = List.copyOf(features);
  }
}
