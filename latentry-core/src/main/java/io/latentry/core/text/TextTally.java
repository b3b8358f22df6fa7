package io.latentry.core.text;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts the training texts of a column, each distinct one once. For one thread. */
public final class TextTally {
  private final Map<TextGrain, int[]> counts = new EnumMap<>(TextGrain.class);

  /** By bucket, the text that was counted there last. */
  private final int[] counted = new int[TextCounts.BUCKETS];

  private int texts;
  private int rows;

  public TextTally() {
    for (TextGrain grain : TextGrain.values()) {
      counts.put(grain, new int[TextCounts.BUCKETS]);
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

  /** With all features, or those of them that have variety. */
  public TextColumn column(String name, List<TextFeature> features) {
    Set<TextGrain> needed = EnumSet.noneOf(TextGrain.class);
    features.forEach(feature -> feature.grain().ifPresent(needed::add));
    return new TextColumn(
        name,
        rows,
        features,
        counts.entrySet().stream()
            .filter(of -> needed.contains(of.getKey()))
            .map(of -> new TextCounts(of.getKey(), of.getValue()))
            .toList());
  }
}
