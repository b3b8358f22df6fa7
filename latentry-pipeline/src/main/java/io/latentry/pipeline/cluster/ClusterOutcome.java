package io.latentry.pipeline.cluster;

import java.util.List;

/**
 * What grouping found.
 *
 * @param rows of the data
 * @param anomalies rows with that verdict
 * @param unscorable rows without a verdict
 * @param noise anomalies in no group
 * @param groups the largest first
 * @param members one for each anomaly, in the order of the data
 */
public record ClusterOutcome(
    long rows,
    long anomalies,
    long unscorable,
    int noise,
    List<AnomalyGroup> groups,
    List<Member> members) {

  public ClusterOutcome {
    groups = List.copyOf(groups);
    members = List.copyOf(members);
  }

  /**
   * An anomaly.
   *
   * @param group -1 for noise
   * @param kept cells of the columns carried over
   */
  public record Member(long row, double score, int group, List<String> kept) {}
}
