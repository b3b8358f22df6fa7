package io.latentry.model;

import io.latentry.core.data.RowsBuilder;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the values of a row are had, by what kind of object it is. */
interface RowValues {

  /** Gives the values of {@code row}, and ends it. */
  void give(Object row, RowsBuilder builder);

  static RowValues of(Object row) {
    return row instanceof Map<?, ?> ? RowValues::giveMap : OfType.BY_TYPE.get(row.getClass());
  }

  private static void giveMap(Object row, RowsBuilder builder) {
    ((Map<?, ?>) row)
        .forEach(
            (key, value) -> {
              String name = String.valueOf(key);
              int column = builder.column(name);
              if (column >= 0) {
                Values.set(builder, column, name, value);
              }
            });
    builder.endRow();
  }

  /** The components of a record, or the properties of a bean. */
  final class OfType implements RowValues {
    static final ClassValue<OfType> BY_TYPE =
        new ClassValue<>() {
          @Override
          protected OfType computeValue(Class<?> type) {
            return new OfType(type);
          }
        };

    private final Map<String, Method> accessors = new LinkedHashMap<>();

    private OfType(Class<?> type) {
      if (type.isRecord()) {
        for (RecordComponent component : type.getRecordComponents()) {
          accessors.put(component.getName(), component.getAccessor());
        }
      } else {
        Arrays.stream(type.getMethods())
            .filter(OfType::isGetter)
            .forEach(getter -> accessors.put(property(getter.getName()), getter));
      }
      // A text or a number has getters too, and none of them is a column.
      if (accessors.isEmpty() || type.getName().startsWith("java.")) {
        throw new IllegalArgumentException(
            "row: a %s (expected: a map from column to value, a record, or a bean with getters)"
                .formatted(type.getName()));
      }
      try {
        // The accessors of a record that is nobody else's are no one's to call but by this.
        accessors.values().forEach(accessor -> accessor.setAccessible(true));
      } catch (InaccessibleObjectException closed) {
        throw new IllegalArgumentException(
            "row: a %s, which its module keeps closed (expected: one that is open to"
                    .formatted(type.getName())
                + " reflection, or a map)",
            closed);
      }
    }

    @Override
    public void give(Object row, RowsBuilder builder) {
      accessors.forEach(
          (name, accessor) -> {
            int column = Names.column(builder, name);
            if (column >= 0) {
              Values.set(builder, column, name, value(row, accessor));
            }
          });
      builder.endRow();
    }

    private static @Nullable Object value(Object row, Method accessor) {
      try {
        return accessor.invoke(row);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalArgumentException(
            "row: %s cannot be read from a %s"
                .formatted(accessor.getName(), row.getClass().getName()),
            e);
      }
    }

    private static boolean isGetter(Method method) {
      String name = method.getName();
      return method.getParameterCount() == 0
          && !Modifier.isStatic(method.getModifiers())
          && method.getDeclaringClass() != Object.class
          && method.getReturnType() != void.class
          && (name.matches("get.+")
              || (name.matches("is.+") && method.getReturnType() == boolean.class));
    }

    private static String property(String getter) {
      String name = getter.substring(getter.startsWith("is") ? 2 : 3);
      return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
  }
}
