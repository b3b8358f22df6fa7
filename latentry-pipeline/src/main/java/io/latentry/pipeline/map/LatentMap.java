package io.latentry.pipeline.map;

import io.latentry.training.map.MapQuality;
import java.util.List;

/**
 * Rows by where their codes lie.
 *
 * @param points in the order of the layouts
 * @param latent dimensions of the codes
 * @param left rows of the data that were not drawn, to keep the map readable
 * @param unscorable rows of the data without a code
 */
public record LatentMap(
    List<Point> points, List<Layout> layouts, int latent, long left, long unscorable) {

  public LatentMap {
    points = List.copyOf(points);
    layouts = List.copyOf(layouts);
  }

  /** What a point is. */
  public enum Group {
    /** A stored row of the training data. */
    TRAINING("training rows"),
    /** A row of the data that is normal, by label where there is one, else by verdict. */
    NORMAL("normal rows"),
    /** A row of the data that is an anomaly, likewise. */
    ANOMALY("anomalies");

    private final String words;

    Group(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  /**
   * A row.
   *
   * @param row 0-based, of the training data for {@link Group#TRAINING}, else of the data
   * @param score NaN for training rows
   * @param told its leading features, for people
   */
  public record Point(Group group, long row, double score, String told) {}

  /**
   * One way of laying the points out.
   *
   * @param at {@code float[points * 2]}, row-major
   */
  public record Layout(String name, float[] at, MapQuality quality) {}
}
