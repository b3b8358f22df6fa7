package io.latentry.pipeline.cluster;

import java.util.List;

/**
 * Anomalies that are alike.
 *
 * @param number 0 for the largest
 * @param name its leading features, such as {@code width high, kind = b}
 * @param size rows
 * @param leading columns with the largest mean shares, largest first
 * @param representatives 0-based rows of the data that are most typical of it
 * @param meanScore of its rows
 */
public record AnomalyGroup(
    int number,
    String name,
    int size,
    List<Leading> leading,
    List<Long> representatives,
    double meanScore) {

  public AnomalyGroup {
    leading = List.copyOf(leading);
    representatives = List.copyOf(representatives);
  }

  /**
   * A column that makes the group's rows strange.
   *
   * @param direction {@code high}, {@code low}, {@code = VALUE}, {@code missing} or {@code unusual}
   * @param share mean share of the positive contributions
   */
  public record Leading(String column, String direction, double share) {}
}
