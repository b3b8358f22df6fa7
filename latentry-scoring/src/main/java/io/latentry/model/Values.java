package io.latentry.model;

import io.latentry.core.data.RowsBuilder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a value of a Java type means in a column. */
final class Values {
  private Values() {}

  /**
   * @param column of the builder
   * @param name of the column, for who gave a value that it cannot take
   */
  static void set(RowsBuilder builder, int column, String name, @Nullable Object value) {
    if (value == null) {
      builder.missing(column);
    } else if (value instanceof Optional<?> optional) {
      set(builder, column, name, optional.orElse(null));
    } else if (value instanceof Number number) {
      builder.set(column, number.doubleValue());
    } else if (value instanceof Boolean truth) {
      builder.set(column, truth.booleanValue());
    } else if (value instanceof Enum<?> constant) {
      builder.set(column, constant.name());
    } else if (value instanceof CharSequence
        || value instanceof Character
        || value instanceof UUID) {
      builder.set(column, value.toString());
    } else {
      builder.set(column, moment(name, value));
    }
  }

  private static Instant moment(String name, Object value) {
    if (value instanceof Instant instant) {
      return instant;
    }
    if (value instanceof OffsetDateTime time) {
      return time.toInstant();
    }
    if (value instanceof ZonedDateTime time) {
      return time.toInstant();
    }
    if (value instanceof LocalDateTime time) {
      return time.toInstant(ZoneOffset.UTC);
    }
    if (value instanceof LocalDate date) {
      return date.atStartOfDay(ZoneOffset.UTC).toInstant();
    }
    if (value instanceof Date date) {
      return instant(date);
    }
    throw new IllegalArgumentException(
        "column '%s': a value of %s (expected: a number, a truth value, text or a moment)"
            .formatted(name, value.getClass().getName()));
  }

  /** A date of SQL has no time of its own, and would refuse to be made an instant. */
  @SuppressWarnings("JavaUtilDate") // What programs have is what they give.
  private static Instant instant(Date date) {
    return Instant.ofEpochMilli(date.getTime());
  }
}
