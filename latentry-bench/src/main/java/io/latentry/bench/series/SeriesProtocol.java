package io.latentry.bench.series;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What detectors learn from, and what of a series counts. */
public enum SeriesProtocol {
  /** They learn from the training part; the points behind it are scored and count. */
  A("A", "Learned from the training part, scored on the rest"),

  /**
   * They learn from the training part, and all points are scored and count, those of the training
   * part too; the largest window of the volumes is the period of the whole series' first channel,
   * found as TSB-AD finds it (Liu and Paparrizos 2024). What a semi-supervised method of its
   * leaderboard is measured by.
   */
  TSB_AD(
      "tsb-ad",
      "Protocol of TSB-AD (semi-supervised): learned from the training part, scored on the whole"
          + " series, the training part too, with the period of the whole as window; not"
          + " comparable with figures of protocol A");

  private final String word;
  private final String told;

  SeriesProtocol(String word, String told) {
    this.word = word;
    this.told = told;
  }

  /** As the command line calls it. */
  public String word() {
    return word;
  }

  /** As the page tells it. */
  String told() {
    return told;
  }

  /** The one of that word, in any case. */
  public static Optional<SeriesProtocol> of(String word) {
    return Arrays.stream(values())
        .filter(
            protocol ->
                protocol.word.toLowerCase(Locale.ROOT).equals(word.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /** All words. */
  public static String words() {
    return Arrays.stream(values()).map(SeriesProtocol::word).collect(Collectors.joining(" or "));
  }
}
