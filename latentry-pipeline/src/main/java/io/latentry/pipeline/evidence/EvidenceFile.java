package io.latentry.pipeline.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.latentry.core.data.DataException;
import io.latentry.core.fault.FaultWords;
import io.latentry.ingest.read.DataSource;
import io.latentry.pipeline.report.ReportWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A pack as JSON, and what two of them differ in. */
public final class EvidenceFile {
  /** Figures differ if they do so by more than this, relative above 1. */
  private static final double TOLERANCE = 1e-6;

  /** What depends on the machine and its load. */
  private static final String NEVER_COMPARED = "latency";

  private static final long MOST_BYTES = 16 << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private EvidenceFile() {}

  /** Publishes the pack; on failure {@code target} is left as it was. */
  public static void write(EvidencePack pack, Path target) {
    try {
      ReportWriter.publish(
          (JSON.writeValueAsString(pack) + "\n").getBytes(StandardCharsets.UTF_8), target);
    } catch (IOException e) {
      throw new UncheckedIOException(target + ": not written: " + DataSource.reason(e), e);
    }
  }

  /**
   * @throws DataException if the file is no pack of this version
   */
  public static EvidencePack read(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new DataException(
            file + ": " + Files.size(file) + " bytes (expected: a pack that report wrote)");
      }
      EvidencePack pack = JSON.readValue(Files.readAllBytes(file), EvidencePack.class);
      if (pack.formatVersion() != EvidencePack.FORMAT_VERSION) {
        throw new DataException(
            file
                + ": format_version "
                + pack.formatVersion()
                + " (expected: "
                + EvidencePack.FORMAT_VERSION
                + "); make the pack anew");
      }
      return pack;
    } catch (JsonProcessingException e) {
      throw new DataException(
          file
              + ": no evidence pack (expected: the .json that report wrote): "
              + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": not readable: " + FaultWords.of(e), e);
    }
  }

  /** {@code PATH: recomputed (expected: stored)} for every figure that differs. */
  public static List<String> differences(EvidencePack stored, EvidencePack recomputed) {
    List<String> differences = new ArrayList<>();
    compare("", JSON.valueToTree(stored), JSON.valueToTree(recomputed), differences);
    return differences;
  }

  private static void compare(
      String path, JsonNode stored, JsonNode recomputed, List<String> differences) {
    if (path.equals(NEVER_COMPARED)) {
      return;
    }
    if (stored.isObject() && recomputed.isObject()) {
      Set<String> names = new TreeSet<>();
      stored.fieldNames().forEachRemaining(names::add);
      recomputed.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        compare(
            path.isEmpty() ? name : path + "." + name,
            stored.path(name),
            recomputed.path(name),
            differences);
      }
    } else if (stored.isArray() && recomputed.isArray() && stored.size() == recomputed.size()) {
      for (int i = 0; i < stored.size(); i++) {
        compare(path + "[" + i + "]", stored.get(i), recomputed.get(i), differences);
      }
    } else if (!same(stored, recomputed)) {
      differences.add(path + ": " + recomputed + " (expected: " + stored + ", as in the pack)");
    }
  }

  private static boolean same(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      double x = a.asDouble();
      double y = b.asDouble();
      return Double.compare(x, y) == 0 || Math.abs(x - y) <= TOLERANCE * Math.max(1, Math.abs(x));
    }
    return a.equals(b);
  }
}
