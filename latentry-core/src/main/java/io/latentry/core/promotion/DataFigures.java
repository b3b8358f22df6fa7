package io.latentry.core.promotion;

import java.util.List;
import java.util.Optional;

/**
 * What the rows of a retraining look like, before anything is learned from them.
 *
 * @param rows in the span looked at
 * @param unscorable of them: rows that nobody can judge
 * @param judged rows that the champion judged and nobody said anything of
 * @param alarms of {@code judged}: what the champion alarms on
 * @param falseAlarms of {@code alarms}: those that belong to the normal of now
 * @param most the rate that the champion promises at most
 * @param leftOut of {@code judged}: left out as unclean
 * @param kept normal rows to learn from
 * @param needed for the promised false-alarm rate
 * @param repeated copies of earlier rows; empty where normal rows repeat anyway
 * @param changes of columns beyond what drift does, one sentence each
 * @param mixedUp what says that columns no longer go together though none of them changed
 * @param moved what drifted, by name; empty if it does not matter whether anything did
 */
public record DataFigures(
    long rows,
    long unscorable,
    long judged,
    long alarms,
    long falseAlarms,
    double most,
    long leftOut,
    long kept,
    int needed,
    Optional<Long> repeated,
    List<String> changes,
    Optional<String> mixedUp,
    Optional<List<String>> moved) {

  public DataFigures {
    changes = List.copyOf(changes);
    moved = moved.map(List::copyOf);
  }
}
