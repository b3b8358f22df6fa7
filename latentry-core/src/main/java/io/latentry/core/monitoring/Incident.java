package io.latentry.core.monitoring;

import java.time.Instant;
import java.util.List;

/**
 * Alarms of one version that have the same cause, as far as their leading column tells.
 *
 * @param id of its own
 * @param signature what is strange, such as {@code pressure high}
 * @param segment whose rows the alarms are, such as {@code site=A}; empty where no segments are
 *     watched
 * @param alarms so far
 * @param peak the highest score among them
 * @param reopened how often it went on after it was closed
 * @param scores {@code [bins]} of the score: alarms by their score
 * @param examples at most {@value IncidentBook#MOST_EXAMPLES}: the first ones, and the highest
 *     scores
 */
public record Incident(
    String id,
    String signature,
    String segment,
    State state,
    Instant firstSeen,
    Instant lastSeen,
    long alarms,
    double peak,
    int reopened,
    long[] scores,
    List<Example> examples) {

  /** How an incident stands. */
  public enum State {
    /** Too few alarms to call somebody for. */
    PENDING,
    ALERTING,
    /** No alarm for some minutes. */
    RECOVERING,
    CLOSED;

    public boolean isOpen() {
      return this != CLOSED;
    }
  }

  /** A row that raised an alarm, with the columns that contribute most to its score. */
  public record Example(Instant at, double score, List<Cell> cells) {
    public Example {
      cells = List.copyOf(cells);
    }
  }

  /** A column of such a row, as text for people. */
  public record Cell(String column, String actual, String expected, String normalRange) {}

  public Incident {
    examples = List.copyOf(examples);
  }

  /** What is strange, and where, in words. */
  public String words() {
    return segment.isEmpty() ? signature : signature + ", " + segment;
  }

  Incident in(State other) {
    return new Incident(
        id, signature, segment, other, firstSeen, lastSeen, alarms, peak, reopened, scores,
        examples);
  }
}
