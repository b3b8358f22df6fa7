package io.latentry.core.monitoring;

import java.util.Set;

/**
 * What recorded rows have beside the columns of the model: when each came, and what was said of it.
 */
public final class RecordedFields {
  /** Before the names, so that they are no column's. */
  public static final String PREFIX = "latentry_";

  /** When the row came, in UTC. */
  public static final String AT = PREFIX + "at";

  public static final String VERDICT = PREFIX + "verdict";
  public static final String REASON = PREFIX + "reason";
  public static final String SCORE = PREFIX + "score";
  public static final String P_VALUE = PREFIX + "p_value";

  /** That was in force. */
  public static final String THRESHOLD = PREFIX + "threshold";

  /** Whether it came in a window of maintenance, and so says nothing of what is normal. */
  public static final String MAINTENANCE = PREFIX + "maintenance";

  /** How many of the rows judged it stands for: 1 where all are recorded. */
  public static final String WEIGHT = PREFIX + "weight";

  /** What people said of an alarm, a {@link FeedbackWord}; only where that is asked for. */
  public static final String FEEDBACK = PREFIX + "feedback";

  /** Of the incident that they said it of; only where {@link #FEEDBACK} is. */
  public static final String SIGNATURE = PREFIX + "signature";

  /** All of them. */
  public static final Set<String> ALL =
      Set.of(
          AT, VERDICT, REASON, SCORE, P_VALUE, THRESHOLD, MAINTENANCE, WEIGHT, FEEDBACK, SIGNATURE);

  private RecordedFields() {}
}
