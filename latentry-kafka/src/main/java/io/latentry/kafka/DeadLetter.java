package io.latentry.kafka;

import org.jspecify.annotations.Nullable;

/**
 * A record that could not be read as a whole, for a topic of its own.
 *
 * @param reason why
 * @param value as it came, or its beginning; null of a record without one
 * @param length of the whole value in bytes; -1 of a record without one
 */
public record DeadLetter(String reason, byte @Nullable [] value, int length) {
  /** Names of the headers that it is sent with. */
  public static final String REASON = "latentry.reason";

  public static final String TOPIC = "latentry.topic";
  public static final String PARTITION = "latentry.partition";
  public static final String OFFSET = "latentry.offset";

  /** The length of the whole value, where a part of it alone is sent. */
  public static final String WHOLE_LENGTH = "latentry.length";
}
