package io.latentry.pipeline;

import io.latentry.scoring.Scorer;
import io.latentry.training.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The versions that a fit depends on. */
public final class Versions {
  private Versions() {}

  /** The version of Latentry. */
  public static String latentry() {
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IllegalStateException("version.properties: not on the class path");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  /** Latentry and its engines, by name. */
  public static Map<String, String> all() {
    Map<String, String> versions = new TreeMap<>(Engine.versions());
    versions.put("latentry", latentry());
    versions.put("onnxruntime", Scorer.engineVersion());
    return versions;
  }
}
