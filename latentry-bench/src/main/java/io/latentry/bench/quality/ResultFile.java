package io.latentry.bench.quality;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Results as JSON lines, appended one by one, so that a run that was stopped goes on. */
final class ResultFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Map<String, Result> known = new LinkedHashMap<>();

  private ResultFile(Path file) {
    this.file = file;
  }

  static ResultFile open(Path file) throws IOException {
    ResultFile results = new ResultFile(file);
    if (!Files.exists(file)) {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      return results;
    }
    String text = Files.readString(file);
    for (String line : text.lines().toList()) {
      read(line).ifPresent(result -> results.known.put(address(result), result));
    }
    if (!text.isEmpty() && !text.endsWith("\n")) {
      Files.writeString(file, "\n", StandardOpenOption.APPEND);
    }
    return results;
  }

  Optional<Result> find(String set, int seed, String method, String key) {
    return Optional.ofNullable(known.get(address(set, seed, method, key)));
  }

  void add(Result result) throws IOException {
    Files.writeString(
        file,
        JSON.writeValueAsString(result) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    known.put(address(result), result);
  }

  /** Nothing of a line that was cut off by the end of its run: it is measured again. */
  private static Optional<Result> read(String line) {
    try {
      return Optional.of(JSON.readValue(line, Result.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static String address(Result result) {
    return address(result.set(), result.seed(), result.method(), result.key());
  }

  private static String address(String set, int seed, String method, String key) {
    return String.join("\t", set, String.valueOf(seed), method, key);
  }
}
