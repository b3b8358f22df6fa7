package io.latentry.server.maintenance;

import io.latentry.server.config.PlacedYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Windows and tags as a file of YAML has them.
 *
 * @param tags groups of models by name
 */
record WindowFile(Map<String, List<String>> tags, List<Window> windows) {
  private static final long MOST_BYTES = 1 << 20;

  static WindowFile read(Path file) throws IOException {
    PlacedYaml whole = PlacedYaml.read(file).allow("tags", "windows");
    Map<String, List<String>> tags = new TreeMap<>();
    Optional<PlacedYaml> tagged = whole.at("tags");
    if (tagged.isPresent()) {
      for (String tag : tagged.get().names()) {
        tags.put(tag, tagged.get().texts(tag));
      }
    }
    List<Window> windows = new ArrayList<>();
    for (PlacedYaml of : whole.list("windows")) {
      PlacedYaml known =
          of.allow(
              "name",
              "models",
              "tags",
              "from",
              "to",
              "cron",
              "rrule",
              "start",
              "zone",
              "duration",
              "where",
              "calendar");
      try {
        WindowSpec spec = spec(known);
        for (Schedule schedule : schedules(spec, known.text("calendar"), file)) {
          windows.add(
              new Window(
                  "file-" + (windows.size() + 1),
                  spec,
                  Window.models(spec, tags),
                  schedule,
                  Window.OF_FILE,
                  Instant.MIN,
                  Optional.empty()));
        }
      } catch (IllegalArgumentException e) {
        throw of.wrong(String.valueOf(e.getMessage()));
      }
    }
    return new WindowFile(tags, windows);
  }

  private static WindowSpec spec(PlacedYaml of) {
    return new WindowSpec(
        of.required("name"),
        of.texts("models"),
        of.texts("tags"),
        text(of, "from"),
        text(of, "to"),
        text(of, "cron"),
        text(of, "rrule"),
        text(of, "start"),
        text(of, "zone"),
        text(of, "duration"),
        text(of, "where"));
  }

  private static @Nullable String text(PlacedYaml of, String key) {
    return of.text(key).orElse(null);
  }

  private static List<? extends Schedule> schedules(
      WindowSpec spec, Optional<String> calendar, Path file) {
    if (calendar.isEmpty()) {
      return List.of(spec.schedule());
    }
    Path beside = file.resolveSibling(calendar.get());
    try {
      if (Files.size(beside) > MOST_BYTES) {
        throw new IllegalArgumentException(
            "calendar: " + beside + " (expected: a file of at most 1 MiB)");
      }
      String zone = spec.zone();
      return CalendarSchedule.ofCalendar(
          Files.readString(beside), ZoneId.of(zone == null ? "UTC" : zone));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "calendar: " + e.getMessage() + " (expected: a file of iCalendar)", e);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "zone: '" + spec.zone() + "' (expected: such as Europe/Berlin)", e);
    }
  }
}
