package io.latentry.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.latentry.core.settings.Spelling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Every key of the config as {@code section.name}, and what is meant by one that does not exist.
 */
final class ConfigKeys {
  /** Whether each key holds a list. */
  private final Map<String, Boolean> keys = new LinkedHashMap<>();

  private ConfigKeys() {}

  /** The keys of a config that is written out whole. */
  static ConfigKeys of(JsonNode config) {
    ConfigKeys keys = new ConfigKeys();
    keys.collect("", config);
    return keys;
  }

  private void collect(String prefix, JsonNode node) {
    node.properties()
        .forEach(
            entry -> {
              String key = prefix + entry.getKey();
              if (entry.getValue().isObject()) {
                collect(key + ".", entry.getValue());
              } else {
                keys.put(key, entry.getValue().isArray());
              }
            });
  }

  boolean isList(String key) {
    return Boolean.TRUE.equals(keys.get(key));
  }

  /** Whether {@code key} has keys below it. */
  boolean isSection(String key) {
    return keys.keySet().stream().anyMatch(known -> known.startsWith(key + "."));
  }

  /**
   * {@code key}, if it exists.
   *
   * @param origin where it stands, for the error message
   */
  String known(String key, String origin) {
    if (!keys.containsKey(key)) {
      throw new IllegalArgumentException(
          origin + ": unknown key '" + key + "' (expected: " + nearest(key) + ")");
    }
    return key;
  }

  /** The key that a variable of the environment means. */
  String ofVariable(String variable) {
    for (String key : keys.keySet()) {
      if (variable(key).equals(variable)) {
        return key;
      }
    }
    String rest = variable.substring(ServerConfigReader.ENVIRONMENT_PREFIX.length());
    throw new IllegalArgumentException(
        variable
            + ": unknown variable (expected: "
            + variable(nearest(rest.toLowerCase(Locale.ROOT)))
            + ", or another key of the config)");
  }

  static String variable(String key) {
    return ServerConfigReader.ENVIRONMENT_PREFIX + key.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /**
   * The key that is spelt most alike; by its last word too, as its section may be what is wrong.
   */
  private String nearest(String key) {
    List<String> known = new ArrayList<>(keys.keySet());
    return known.stream()
        .min(
            Comparator.comparingInt(
                k ->
                    Math.min(Spelling.distance(k, key), 1 + Spelling.distance(last(k), last(key)))))
        .orElseThrow();
  }

  private static String last(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }
}
