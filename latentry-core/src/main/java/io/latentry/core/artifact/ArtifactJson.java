package io.latentry.core.artifact;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.latentry.core.calibration.Threshold;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The written form of {@link Manifest} and {@link Probes}: JSON with snake_case keys, enum
 * constants in lower case, NaN as {@code "NaN"}. Unknown keys are ignored, so that a newer minor
 * writer stays readable.
 */
public final class ArtifactJson {
  /** A fit writes some hundred. */
  private static final int MOST_PROBES = 1_000;

  /** Objects in a list in an object. */
  private static final int DEPTH_OF_ROWS = 3;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
          .configure(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES, true)
          .configure(DeserializationFeature.ACCEPT_FLOAT_AS_INT, false)
          .configure(MapperFeature.ALLOW_COERCION_OF_SCALARS, false)
          .configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true)
          .configure(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS, true)
          .configure(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, true)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          // Two readers could take different ones of them.
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Most of a manifest are numbers; it rounds them as the slow one does.
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .addModule(LowerCaseEnums.module())
          .build();

  static {
    MAPPER
        .getFactory()
        .setStreamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(50).build());
  }

  private static final ClassValue<List<Component>> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected List<Component> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents()).map(Component::of).toList();
        }
      };

  private ArtifactJson() {}

  /** The JSON of a manifest, probes or any part of them, in one line. */
  public static String write(Object part) {
    try {
      return MAPPER.writeValueAsString(part);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("manifest: not writable as JSON", e);
    }
  }

  /**
   * Reads a manifest.
   *
   * @throws ArtifactException if the text is no manifest of this format version
   */
  public static Manifest readManifest(String json) {
    // Before the rest: a manifest of another version need not fit our records at all.
    int version = versionOf(json);
    if (version != Manifest.FORMAT_VERSION) {
      throw new ArtifactException(
          "format_version: "
              + version
              + " (expected: "
              + Manifest.FORMAT_VERSION
              + "); use the Latentry that wrote the file, or fit again");
    }
    return read(json, Manifest.class);
  }

  /** Reads no further than it must: the rest is read once, when the version is known. */
  private static int versionOf(String json) {
    try (JsonParser parser = MAPPER.createParser(json)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          boolean isVersion = parser.currentName().equals("format_version");
          JsonToken value = parser.nextToken();
          if (isVersion && value == JsonToken.VALUE_NUMBER_INT) {
            return parser.getIntValue();
          }
          parser.skipChildren();
        }
      }
    } catch (IOException unreadable) {
      // What is wrong is told by the whole read.
    }
    return read(json, Version.class).formatVersion();
  }

  /**
   * Reads probes.
   *
   * @throws ArtifactException if the text holds no probes
   */
  public static Probes readProbes(String json) {
    requireFew(json);
    return read(json, Probes.class);
  }

  /** Before anything is made of them: each is replayed, more than once. */
  private static void requireFew(String json) {
    int depth = 0;
    int rows = 0;
    try (JsonParser parser = MAPPER.createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        rows += token == JsonToken.START_OBJECT && depth == DEPTH_OF_ROWS ? 1 : 0;
        if (rows > MOST_PROBES) {
          throw new ArtifactException(
              Manifest.PROBES_KEY
                  + ": more than "
                  + MOST_PROBES
                  + " rows (expected: at most so many); fit again");
        }
      }
    } catch (JsonProcessingException e) {
      throw new ArtifactException(words(e, nameOf(Probes.class)), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a threshold.
   *
   * @throws ArtifactException if the text holds none
   */
  public static Threshold readThreshold(String json) {
    return read(json, Threshold.class);
  }

  /**
   * Reads the thresholds of a model.
   *
   * @throws ArtifactException if the text holds none
   */
  public static Manifest.Thresholds readThresholds(String json) {
    return read(json, Manifest.Thresholds.class);
  }

  private static <V> V read(String json, Class<V> type) {
    try {
      V value = MAPPER.readValue(json, type);
      if (value == null) {
        throw new ArtifactException(nameOf(type) + ": null (expected: an object)");
      }
      requireWhole(value, nameOf(type));
      return value;
    } catch (JsonProcessingException e) {
      throw new ArtifactException(words(e, nameOf(type)), e);
    }
  }

  /** What is wrong, and where. */
  private static String words(JsonProcessingException e, String whole) {
    String where =
        e instanceof JsonMappingException mapping
            ? mapping.getPath().stream()
                .map(at -> at.getFieldName() == null ? "[]" : "." + at.getFieldName())
                .collect(Collectors.joining("", whole, ""))
            : whole;
    if (e.getCause() instanceof IllegalArgumentException refusal) {
      return where + ": " + refusal.getMessage();
    }
    if (e instanceof ValueInstantiationException) {
      // A part that was made without asking for it first.
      return where + ": a value is missing in it (expected: all that the format has)";
    }
    if (String.valueOf(e.getOriginalMessage()).startsWith("Trailing token")) {
      return where + ": something stands behind it (expected: nothing)";
    }
    if (e instanceof MismatchedInputException mismatch) {
      String expected = kindOf(mismatch.getTargetType());
      Object got =
          e instanceof InvalidFormatException format
              ? format.getValue()
              : "none, or of another kind";
      return where + ": " + got + " (expected: " + expected + ")";
    }
    if (e instanceof InvalidDefinitionException other) {
      // As a text in place of a list of texts, which the library takes for a fault of ours.
      return where + ": of another kind (expected: " + kindOf(other.getType().getRawClass()) + ")";
    }
    if (e instanceof StreamConstraintsException) {
      return where + ": deeper, or longer, than anything that is written (expected: as written)";
    }
    return where + ": not readable: " + e.getOriginalMessage();
  }

  /** What a value must be, in words. */
  private static String kindOf(@Nullable Class<?> type) {
    if (type == int.class || type == long.class) {
      return "a whole number";
    }
    if (type == double.class || type == float.class || type == Double.class) {
      return "a number";
    }
    if (type == boolean.class) {
      return "true or false";
    }
    if (type != null && type.isEnum()) {
      return Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT);
    }
    if (type == String.class) {
      return "a text";
    }
    boolean list = type != null && (type.isArray() || Collection.class.isAssignableFrom(type));
    return list ? "a list" : "an object";
  }

  /** Refuses a null wherever our types do not allow one: JSON knows nothing of that. */
  private static void requireWhole(@Nullable Object part, String where) {
    if (part == null) {
      throw new ArtifactException(where + ": missing (expected: a value)");
    }
    if (part instanceof Record) {
      for (Component component : COMPONENTS.get(part.getClass())) {
        Object value = component.of(part);
        if (value == null ? !component.isNullable() : !component.isSettings()) {
          requireWhole(value, where + "." + component.name());
        }
      }
    } else if (part instanceof Map<?, ?> entries) {
      entries.forEach((key, value) -> requireWhole(value, where + "." + key));
    } else if (part instanceof List<?> entries) {
      entries.forEach(entry -> requireWhole(entry, where + "[]"));
    } else if (part instanceof Object[] entries) {
      requireWhole(Arrays.asList(entries), where);
    }
  }

  /** What may be in a component of a record, found out once for each type. */
  private record Component(String name, Method accessor, boolean isNullable, boolean isSettings) {
    static Component of(RecordComponent component) {
      return new Component(
          component.getName(),
          component.getAccessor(),
          component.getAnnotatedType().isAnnotationPresent(Nullable.class),
          isSettings(component.getGenericType()));
    }

    /** Settings hold values of any kind, null for those that a fit left to its defaults. */
    private static boolean isSettings(Type type) {
      return type instanceof ParameterizedType map
          && map.getRawType() == Map.class
          && map.getActualTypeArguments()[1] == Object.class;
    }

    @Nullable Object of(Object part) {
      try {
        return accessor.invoke(part);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(accessor + ": not readable", e);
      }
    }
  }

  /** The one part of a manifest that every version has. */
  record Version(int formatVersion) {}

  /** What {@code type} is called where a user reads of it. */
  private static String nameOf(Class<?> type) {
    if (type == Threshold.class) {
      return "threshold";
    }
    return type == Probes.class ? "latentry.probes" : "latentry.manifest";
  }
}
