package io.latentry.bench.watch;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One model that was watched while something happened to its rows, or nothing.
 *
 * @param drift what; {@code nothing} of quiet weeks
 * @param column where; empty where in none or in all
 * @param days watched
 * @param pages times that it began to page
 * @param foundHours until the column was told, or any alarm or term where all changed; null if not
 * @param togetherHours until it was said that columns no longer go together as they did; null if it
 *     was not
 * @param pagedHours until it paged; null if it did not
 * @param others columns that were told and were not changed
 * @param alarmsBefore share of normal rows that are alarms before; likewise {@code alarmsAfter}
 * @param atMost bound of the promise, with 95 % confidence
 */
public record WatchTrial(
    String set,
    String drift,
    String column,
    int days,
    int pages,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer foundHours,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer togetherHours,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer pagedHours,
    int others,
    double alarmsBefore,
    double alarmsAfter,
    double atMost) {

  static final String NOTHING = "nothing";

  /** Whether nothing that anybody should hear of happened. */
  boolean isQuiet() {
    return drift.equals(NOTHING);
  }

  /** Whether fresh normal rows show that the promise was wrong from the start: no false page. */
  boolean isBrokenPromise() {
    return alarmsBefore > atMost;
  }
}
