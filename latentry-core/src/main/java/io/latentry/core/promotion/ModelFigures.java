package io.latentry.core.promotion;

import java.util.List;

/**
 * Champion and challenger on rows that the challenger did not learn from.
 *
 * @param championLoss {@code [recent rows]}, nats: the negative ELBO of each; likewise {@code
 *     challengerLoss}, of the same rows and in the same coordinates
 * @param recent the challenger's alarms on recent normals
 * @param frozen the challenger's alarms on normals of old
 * @param recentShadow synthetic anomalies of recent normals, at as many false alarms
 * @param frozenShadow synthetic anomalies of old normals, at the threshold of each
 * @param confirmed known anomalies, at the threshold of each
 * @param pValues {@code [recent rows]}, of the challenger
 */
public record ModelFigures(
    double[] championLoss,
    double[] challengerLoss,
    Alarms recent,
    Alarms frozen,
    Found recentShadow,
    Found frozenShadow,
    Found confirmed,
    Volume volume,
    double[] pValues,
    Sides sides,
    Health health,
    double sizeRatio,
    double timeRatio) {

  /**
   * @param most the rate that was promised at most
   */
  public record Alarms(long alarms, long rows, double most) {}

  /**
   * What of some anomalies each of two models found.
   *
   * @param champion found by it alone; likewise {@code challenger}
   */
  public record Found(long anomalies, long both, long champion, long challenger) {
    /** Counts pairs. */
    public static Found of(boolean[] byChampion, boolean[] byChallenger) {
      long both = 0;
      long champion = 0;
      long challenger = 0;
      for (int i = 0; i < byChampion.length; i++) {
        both += byChampion[i] && byChallenger[i] ? 1 : 0;
        champion += byChampion[i] && !byChallenger[i] ? 1 : 0;
        challenger += !byChampion[i] && byChallenger[i] ? 1 : 0;
      }
      return new Found(byChampion.length, both, champion, challenger);
    }

    /** The share that the champion found; likewise {@link #challengerRecall}. */
    public double championRecall() {
      return (double) (both + champion) / anomalies;
    }

    public double challengerRecall() {
      return (double) (both + challenger) / anomalies;
    }
  }

  /**
   * Alarms over all rows of the span, strange ones included.
   *
   * @param looked rows that were judged: all, or a sample, by which alarms are scaled to all
   * @param budget the most alarms that are wanted
   */
  public record Volume(long rows, long looked, long champion, long challenger, double budget) {}

  /**
   * Rows of the span that one model alone alarms on.
   *
   * @param groups by leading column, the largest first, as phrases
   */
  public record Sides(long rows, long gained, long lost, List<String> groups) {
    public Sides {
      groups = List.copyOf(groups);
    }
  }

  /**
   * @param active latent units in use
   */
  public record Health(boolean healthy, double active, double championActive, String finding) {}
}
