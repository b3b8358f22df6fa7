package io.latentry.core.settings;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What may stand as the value of a setting, in words. */
public final class Expected {
  private Expected() {}

  /**
   * @param type of the setting; null if it is not known
   */
  public static String of(@Nullable Class<?> type) {
    if (type == null) {
      return "another kind of value";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(choice -> ((Enum<?>) choice).name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (type.isRecord()) {
      String first = type.getRecordComponents()[0].getName();
      return "keys of its own, such as " + SnakeCaseStrategy.INSTANCE.translate(first);
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "a list, such as [a, b]";
    }
    if (Map.class.isAssignableFrom(type)) {
      return "names with a value each, such as {a: b}";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == double.class || type == Double.class) {
      return "a number";
    }
    return type == int.class || type == Integer.class || type == long.class || type == Long.class
        ? "a whole number"
        : "a text";
  }
}
