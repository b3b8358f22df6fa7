package io.latentry.pipeline.explain;

import java.util.List;

/**
 * Few changes that would clear an alarm, verified by scoring the changed row. None of them can be
 * left out.
 *
 * @param changes in the order of the columns
 * @param score of the changed row, at most the threshold
 */
public record ProposedRepair(List<Change> changes, double score) {

  public ProposedRepair {
    changes = List.copyOf(changes);
  }

  /**
   * A cell and what would stand there.
   *
   * @param from the value as read; empty if missing
   */
  public record Change(String column, String from, String to) {}
}
