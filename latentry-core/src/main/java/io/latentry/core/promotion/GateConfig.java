package io.latentry.core.promotion;

/**
 * The bounds that a challenger is held to.
 *
 * @param leastRows normal rows to learn from, at least
 * @param mostUnscorable share of the rows that nobody can judge, at most
 * @param mostLeftOut share of the judged rows left out as unclean, at most
 * @param mostAlarms share of the judged rows that the champion alarms on, at most: where it knows
 *     fewer, it cannot tell what is normal
 * @param mostRepeated share of rows that are copies of earlier ones, at most, where normal rows
 *     hardly repeat
 * @param lossLevel chance of a gain by luck that is taken
 * @param leastGain of the loss, as a share of its spread over rows
 * @param promiseLevel chance of refusing a challenger that keeps its promise
 * @param recallLevel chance of refusing a challenger that finds as many
 * @param recallMargin share of the anomalies by which recall may be lower without it mattering
 * @param oldRecallMargin likewise of anomalies made of normals of old: some of these are normal now
 * @param coarsest a rate that exceeds its promise by less than this many times must be visible
 * @param mostSize bytes of the challenger, in those of the champion
 * @param mostTime scoring time of the challenger, in that of the champion
 * @param oldMatters whether what is told of normals of old refuses
 */
public record GateConfig(
    int leastRows,
    double mostUnscorable,
    double mostLeftOut,
    double mostAlarms,
    double mostRepeated,
    double lossLevel,
    double leastGain,
    double promiseLevel,
    double recallLevel,
    double recallMargin,
    double oldRecallMargin,
    double coarsest,
    double mostSize,
    double mostTime,
    boolean oldMatters) {

  /** The bounds unless others are given. */
  public static final GateConfig DEFAULT =
      new GateConfig(200, 0.1, 0.05, 0.5, 0.05, 0.01, 0.1, 0.01, 0.05, 0.02, 0.05, 15, 2, 2, true);

  public GateConfig {
    if (leastRows < 1) {
      throw new IllegalArgumentException("rows: " + leastRows + " (expected: at least 1)");
    }
    requireShare("unscorable", mostUnscorable);
    requireShare("unclean", mostLeftOut);
    requireShare("alarms", mostAlarms);
    requireShare("repeated", mostRepeated);
  }

  /** The same, in which normals of old do not refuse: they are not expected to come again. */
  public GateConfig withoutOld() {
    return new GateConfig(
        leastRows,
        mostUnscorable,
        mostLeftOut,
        mostAlarms,
        mostRepeated,
        lossLevel,
        leastGain,
        promiseLevel,
        recallLevel,
        recallMargin,
        oldRecallMargin,
        coarsest,
        mostSize,
        mostTime,
        false);
  }

  /** The same with another bound on what is left out as unclean. */
  public GateConfig withMostLeftOut(double share) {
    return new GateConfig(
        leastRows,
        mostUnscorable,
        share,
        mostAlarms,
        mostRepeated,
        lossLevel,
        leastGain,
        promiseLevel,
        recallLevel,
        recallMargin,
        oldRecallMargin,
        coarsest,
        mostSize,
        mostTime,
        oldMatters);
  }

  private static void requireShare(String name, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(name + ": " + share + " (expected: a share, 0 to 1)");
    }
  }
}
