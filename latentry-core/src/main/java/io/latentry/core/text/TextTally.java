package io.latentry.core.text;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts the training texts of a column, each distinct one once. For one thread. */
public final class TextTally {
  private final Map<TextGrain, int[]> counts = new EnumMap<>(TextGrain.class);

  /** By bucket, the text that was counted there last. */
  private final int[] counted = new int[TextCounts.BUCKETS];

  private int texts;
  private int rows;

  private final List<TextFeature> features;

  /** For all features. */
  public TextTally() {
    this(List.of(TextFeature.values()));
  }

  /**
   * @param features that {@link #column} is to have; at least one
   */
  public TextTally(List<TextFeature> features) {
    this.features = List.copyOf(features);
    for (TextFeature feature : features) {
      feature.grain().ifPresent(grain -> counts.put(grain, new int[TextCounts.BUCKETS]));
    }
  }

  /**
   * @param text not missing
   * @param times training rows that have it
   */
  public void add(String text, int times) {
    TextPieces pieces = new TextPieces(text);
    counts.forEach(
        (grain, of) -> {
          pieces.cut(grain);
          texts++;
          for (int i = 0; i < pieces.count(); i++) {
            int bucket = pieces.bucket(i);
            if (counted[bucket] != texts) {
              counted[bucket] = texts;
              of[bucket] += times;
            }
          }
        });
    rows += times;
  }

  /** What was counted. */
  public TextColumn column(String name) {
    return new TextColumn(
        name,
        rows,
        features,
        counts.entrySet().stream().map(of -> new TextCounts(of.getKey(), of.getValue())).toList());
  }
}
