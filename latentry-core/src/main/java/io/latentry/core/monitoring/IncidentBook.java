package io.latentry.core.monitoring;

import io.latentry.core.monitoring.Incident.Example;
import io.latentry.core.monitoring.Incident.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Gathers the alarms of one version into incidents by their signature and segment. Times are handed
 * in and must not go back by much. Not thread-safe.
 *
 * <p>An incident is {@link State#PENDING} until its third alarm, then {@link State#ALERTING};
 * {@link State#RECOVERING} after {@link #RECOVERING_AFTER} without an alarm, {@link State#CLOSED}
 * after {@link #CLOSED_AFTER}. An alarm of the same signature and segment within {@link
 * #REOPENED_WITHIN} of the last one opens it again; later it is an incident of its own. At most
 * {@value #MOST_OPEN} are open: further alarms share one incident, {@value #OTHERS}, of no segment.
 */
public final class IncidentBook {
  public static final int MOST_EXAMPLES = 20;
  public static final int MOST_OPEN = 100;
  public static final Duration RECOVERING_AFTER = Duration.ofMinutes(10);
  public static final Duration CLOSED_AFTER = Duration.ofMinutes(30);
  public static final Duration REOPENED_WITHIN = Duration.ofHours(24);

  /** What alarms share that found no room. */
  public static final String OTHERS = "(others)";

  private static final int ALARMS_TO_ALERT = 3;
  private static final int FIRST_EXAMPLES = MOST_EXAMPLES / 2;

  private final Supplier<String> ids;
  private final int bins;

  /** Those that are open, and those that an alarm would open again. */
  private final Map<Cause, Incident> known = new LinkedHashMap<>();

  private final Set<Cause> changed = new HashSet<>();

  /** What the alarms of an incident have in common. */
  private record Cause(String signature, String segment) {
    static final Cause OF_OTHERS = new Cause(OTHERS, "");

    static Cause of(Incident incident) {
      return new Cause(incident.signature(), incident.segment());
    }
  }

  /**
   * @param ids gives an id that no incident has
   * @param bins of the score
   * @param before incidents that stood when the process ended
   */
  public IncidentBook(Supplier<String> ids, int bins, Collection<Incident> before) {
    this.ids = ids;
    this.bins = bins;
    before.stream()
        .sorted(Comparator.comparing(Incident::lastSeen))
        .filter(incident -> incident.scores().length == bins)
        .forEach(incident -> known.put(Cause.of(incident), incident));
  }

  /**
   * An alarm.
   *
   * @param segment that its row is in; empty where none are watched
   * @param bin of its score
   */
  public void alarm(String signature, String segment, int bin, Example example) {
    pass(example.at());
    Cause cause = new Cause(signature, segment);
    boolean isRoom = known.containsKey(cause) || openCount() < MOST_OPEN;
    alarm(isRoom ? cause : Cause.OF_OTHERS, bin, example);
  }

  private void alarm(Cause cause, int bin, Example example) {
    Instant at = example.at();
    Incident before = known.get(cause);
    if (before == null) {
      before =
          new Incident(
              ids.get(),
              cause.signature(),
              cause.segment(),
              State.PENDING,
              at,
              at,
              0,
              example.score(),
              0,
              new long[bins],
              List.of());
    }
    long[] scores = before.scores().clone();
    scores[bin]++;
    long alarms = before.alarms() + 1;
    boolean again = before.state() == State.CLOSED;
    Instant last = at.isAfter(before.lastSeen()) ? at : before.lastSeen();
    known.put(
        cause,
        new Incident(
            before.id(),
            cause.signature(),
            cause.segment(),
            alarms >= ALARMS_TO_ALERT ? State.ALERTING : State.PENDING,
            before.firstSeen(),
            last,
            alarms,
            Math.max(before.peak(), example.score()),
            before.reopened() + (again ? 1 : 0),
            scores,
            with(before.examples(), example)));
    changed.add(cause);
  }

  /** The first ones stay; of the others those of the highest scores. */
  private static List<Example> with(List<Example> examples, Example next) {
    List<Example> all = new ArrayList<>(examples);
    if (all.size() < MOST_EXAMPLES) {
      all.add(next);
      return all;
    }
    int least = FIRST_EXAMPLES;
    for (int i = FIRST_EXAMPLES + 1; i < all.size(); i++) {
      least = all.get(i).score() < all.get(least).score() ? i : least;
    }
    if (all.get(least).score() < next.score()) {
      all.set(least, next);
    }
    return all;
  }

  /** Time goes by: incidents recover and close. */
  public void pass(Instant now) {
    for (Map.Entry<Cause, Incident> entry : List.copyOf(known.entrySet())) {
      Incident incident = entry.getValue();
      Duration quiet = Duration.between(incident.lastSeen(), now);
      State next = at(now, incident).state();
      if (next != incident.state()) {
        known.put(entry.getKey(), incident.in(next));
        changed.add(entry.getKey());
      }
      boolean isOver = next == State.CLOSED && quiet.compareTo(REOPENED_WITHIN) >= 0;
      if (isOver && !changed.contains(entry.getKey())) {
        known.remove(entry.getKey());
      }
    }
    boundClosed();
  }

  /** How an incident stands if no alarm came since. */
  public static Incident at(Instant now, Incident incident) {
    Duration quiet = Duration.between(incident.lastSeen(), now);
    if (quiet.compareTo(CLOSED_AFTER) >= 0) {
      return incident.in(State.CLOSED);
    }
    boolean recovers = quiet.compareTo(RECOVERING_AFTER) >= 0 && incident.state() == State.ALERTING;
    return recovers ? incident.in(State.RECOVERING) : incident;
  }

  /** Those that closed the longest ago are not known any more where there are many. */
  private void boundClosed() {
    if (known.size() > 2 * MOST_OPEN) {
      known.values().stream()
          .filter(i -> !i.state().isOpen() && !changed.contains(Cause.of(i)))
          .sorted(Comparator.comparing(Incident::lastSeen))
          .limit(known.size() - 2L * MOST_OPEN)
          .map(Cause::of)
          .toList()
          .forEach(known::remove);
    }
  }

  private long openCount() {
    return known.values().stream().filter(i -> i.state().isOpen()).count();
  }

  /** Those that are known, the latest alarm last. */
  public List<Incident> incidents() {
    return known.values().stream().sorted(Comparator.comparing(Incident::lastSeen)).toList();
  }

  /** Those that changed since {@link #written}. */
  public List<Incident> changed() {
    return changed.stream().map(known::get).toList();
  }

  /** What changed is kept elsewhere by now. */
  public void written() {
    changed.clear();
  }
}
