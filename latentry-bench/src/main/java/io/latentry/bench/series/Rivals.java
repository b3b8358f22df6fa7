package io.latentry.bench.series;

import java.util.ArrayList;
import java.util.List;

/** Plain methods, none of which learns a model of its own. */
public final class Rivals {
  private Rivals() {}

  public static List<SeriesDetector> all() {
    return List.of(
        PcaRival.ofPoints(),
        PcaRival.ofWindows(),
        new KMeansRival(),
        NeighbourRival.raw(),
        NeighbourRival.normalised(),
        new ForestRival());
  }

  /** The detector that ships, and these. */
  public static List<SeriesDetector> andOurs() {
    List<SeriesDetector> everyone = new ArrayList<>(List.of(new Ours()));
    everyone.addAll(all());
    return List.copyOf(everyone);
  }
}
