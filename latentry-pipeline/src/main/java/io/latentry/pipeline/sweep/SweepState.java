package io.latentry.pipeline.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.latentry.core.fault.FaultWords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The finished fits of a sweep on disk, so that an interrupted one goes on: a line that says what
 * they belong to, then one line for each. A line that was cut off counts as not written.
 */
final class SweepState {
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final Path file;
  private final List<SweepPoint> done;

  private SweepState(Path file, List<SweepPoint> done) {
    this.file = file;
    this.done = done;
  }

  /**
   * Opens or begins the state.
   *
   * @param fingerprint of data and config; a state of others is begun anew
   */
  static SweepState open(Path file, String fingerprint) {
    try {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      if (!lines.isEmpty() && lines.get(0).equals(fingerprint)) {
        List<SweepPoint> done = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
          try {
            done.add(JSON.readValue(line, SweepPoint.class));
          } catch (JsonProcessingException cutOff) {
            break;
          }
        }
        SweepState state = new SweepState(file, done);
        state.rewrite(fingerprint);
        return state;
      }
      SweepState state = new SweepState(file, new ArrayList<>());
      state.rewrite(fingerprint);
      return state;
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  List<SweepPoint> done() {
    return List.copyOf(done);
  }

  synchronized void add(SweepPoint point) {
    try {
      Files.writeString(
          file,
          JSON.writeValueAsString(point) + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.APPEND);
      done.add(point);
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  /** Forgets what was kept; nothing happens if there is nothing. */
  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  private void rewrite(String fingerprint) throws IOException {
    StringBuilder text = new StringBuilder(fingerprint).append('\n');
    for (SweepPoint point : done) {
      text.append(JSON.writeValueAsString(point)).append('\n');
    }
    Files.writeString(file, text);
  }

  private static UncheckedIOException unusable(Path file, IOException cause) {
    return new UncheckedIOException(
        file + ": cannot be kept (expected: a writable place): " + FaultWords.of(cause), cause);
  }
}
