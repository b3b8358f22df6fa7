package io.latentry.bench.series;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Results as JSON lines, appended one by one, so that a run that was stopped goes on. */
final class SeriesResultFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Optional<Path> file;
  private final Map<List<Object>, SeriesResult> known = new LinkedHashMap<>();

  private SeriesResultFile(Optional<Path> file) {
    this.file = file;
  }

  /** What {@code file} holds, if there is such a file; without one, nothing is kept. */
  static SeriesResultFile open(Optional<Path> file) throws IOException {
    SeriesResultFile results = new SeriesResultFile(file);
    if (file.isEmpty()) {
      return results;
    }
    Path folder = file.get().toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    String text = Files.exists(file.get()) ? Files.readString(file.get()) : "";
    for (String line : text.lines().toList()) {
      read(line).ifPresent(result -> results.known.put(address(result), result));
    }
    if (!text.isEmpty() && !text.endsWith("\n")) {
      Files.writeString(file.get(), "\n", StandardOpenOption.APPEND);
    }
    return results;
  }

  /** The results of a detector on a series at every span; none unless all are there. */
  List<SeriesResult> find(String family, String set, String detector, int seed, String key) {
    List<SeriesResult> found = new ArrayList<>();
    for (int span : SeriesResult.SPANS) {
      SeriesResult result =
          known.get(List.of(family, set, SeriesResult.method(detector, span), seed, key));
      if (result == null) {
        return List.of();
      }
      found.add(result);
    }
    return found;
  }

  void add(SeriesResult result) throws IOException {
    known.put(address(result), result);
    if (file.isPresent()) {
      Files.writeString(
          file.get(),
          JSON.writeValueAsString(result) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }

  /** Nothing of a line that was cut off by the end of its run: it is measured again. */
  private static Optional<SeriesResult> read(String line) {
    try {
      return Optional.of(JSON.readValue(line, SeriesResult.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static List<Object> address(SeriesResult result) {
    return List.of(result.family(), result.set(), result.method(), result.seed(), result.key());
  }
}
