package io.latentry.core.series;

import io.latentry.core.data.KeyScale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Level and spread of each key that training had enough points of, where keys differ in them. Part
 * of the manifest. A key without an entry is taken as it stands.
 *
 * @param centre {@code double[numeric channels]}: what the level of each key becomes
 * @param keys by key, in the order of its text
 */
public record KeyScales(double[] centre, Map<String, Own> keys) {
  /**
   * Of one key.
   *
   * @param level {@code double[numeric channels]}
   * @param factor {@code double[numeric channels]}: above 0
   */
  public record Own(double[] level, double[] factor) {}

  /**
   * @throws IllegalArgumentException as {@link KeyScale}
   */
  public KeyScales {
    keys = new TreeMap<>(keys);
    keys.forEach((key, own) -> new KeyScale(own.level, own.factor, centre));
  }

  /** Of a key; null if it is taken as it stands. */
  public @Nullable KeyScale of(String key) {
    Own own = keys.get(key);
    return own == null ? null : new KeyScale(own.level, own.factor, centre);
  }
}
