package io.latentry.server.monitoring;

import io.latentry.core.monitoring.FeedbackWord;
import io.latentry.core.monitoring.Quantity;
import io.latentry.server.registry.Incidents.SaidOfAlarm;
import io.latentry.server.registry.StoredIncident;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What somebody confirmed: incidents, and single alarms of others. */
final class Confirmed {
  private Confirmed() {}

  /** Alarms by the bins of the score, {@code [incidents and single alarms][bins]}. */
  static List<long[]> scores(
      Quantity score, List<StoredIncident> incidents, List<SaidOfAlarm> alarms) {
    List<StoredIncident> whole = incidents.stream().filter(Confirmed::is).toList();
    Set<String> ids = whole.stream().map(of -> of.incident().id()).collect(Collectors.toSet());
    return Stream.concat(
            whole.stream().map(of -> of.incident().scores()),
            alarms.stream()
                .filter(alarm -> alarm.word() == FeedbackWord.CONFIRMED)
                .filter(alarm -> !ids.contains(alarm.incident()))
                .map(alarm -> one(score, alarm.score())))
        .toList();
  }

  static boolean is(StoredIncident incident) {
    return incident.feedback().filter(FeedbackWord.CONFIRMED::equals).isPresent();
  }

  private static long[] one(Quantity score, double of) {
    long[] bins = new long[score.bins()];
    bins[score.bin(of)] = 1;
    return bins;
  }
}
