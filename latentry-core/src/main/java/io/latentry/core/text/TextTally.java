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

  /** With all features. */
  public TextColumn column(String name) {
    return new TextColumn(
        name,
        rows,
        List.of(TextFeature.values()),
        counts.entrySet().stream().map(of -> new TextCounts(of.getKey(), of.getValue())).toList());
  }
}
