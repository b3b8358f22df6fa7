package io.latentry.core.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Whether a labelled event was noticed.
 *
 * @param key index of the series that it is in
 * @param delay points from its first one to the first alarm within it, 0 for an alarm at once;
 *     empty if it was missed
 */
public record EventOutcome(int key, Span event, OptionalInt delay) {

  /** Every event of {@code keys} at {@code threshold}; a point without a score is no alarm. */
  public static List<EventOutcome> of(List<LabelledSeries> keys, double threshold) {
    Areas.requireNumber("threshold", threshold);
    List<EventOutcome> outcomes = new ArrayList<>();
    for (int k = 0; k < keys.size(); k++) {
      boolean[] alarms = keys.get(k).alarms(threshold);
      for (Span event : keys.get(k).events()) {
        int t = event.first();
        while (t <= event.last() && !alarms[t]) {
          t++;
        }
        outcomes.add(
            new EventOutcome(
                k,
                event,
                t > event.last() ? OptionalInt.empty() : OptionalInt.of(t - event.first())));
      }
    }
    return outcomes;
  }

  public boolean isFound() {
    return delay.isPresent();
  }

  /** Runs of alarms that touch no event: what somebody is called for in vain. */
  static int falseAlarms(List<LabelledSeries> keys, double threshold) {
    int count = 0;
    for (LabelledSeries key : keys) {
      for (Span run : Span.runsOf(key.alarms(threshold))) {
        boolean touches = false;
        for (int t = run.first(); t <= run.last(); t++) {
          touches |= key.anomalous()[t];
        }
        count += touches ? 0 : 1;
      }
    }
    return count;
  }
}
