package io.latentry.server.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.latentry.server.config.LogFormat;
import io.latentry.server.config.LogLevel;
import io.latentry.server.config.ServerConfig;
import java.io.PrintStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The log: one line an event, JSON for machines or text for people. What goes in is figures and
 * names; rows, keys and headers never do. Thread-safe.
 */
public final class EventLog {
  /** Says nothing. */
  public static final EventLog SILENT =
      new EventLog(System.err, LogFormat.TEXT, LogLevel.OFF, Clock.systemUTC());

  /** What is beyond ASCII is escaped: among it is what moves the cursor of a terminal, too. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private static final String DELETE = "\u007f";

  private final PrintStream out;
  private final LogFormat format;
  private final LogLevel least;
  private final Clock clock;

  /**
   * @param format {@link LogFormat#JSON} or {@link LogFormat#TEXT}
   * @param least what matters less is not written
   */
  public EventLog(PrintStream out, LogFormat format, LogLevel least, Clock clock) {
    this.out = out;
    this.format = format;
    this.least = least;
    this.clock = clock;
  }

  /** As the config says, where {@code onTerminal} tells whether somebody watches. */
  public static EventLog of(ServerConfig.Log config, PrintStream out, boolean onTerminal) {
    LogFormat format =
        config.format() == LogFormat.AUTO
            ? (onTerminal ? LogFormat.TEXT : LogFormat.JSON)
            : config.format();
    return new EventLog(out, format, config.level(), Clock.systemUTC());
  }

  /**
   * @param event what happened, in snake_case
   * @param details puts its figures and names in
   */
  public void write(LogLevel level, String event, Consumer<ObjectNode> details) {
    if (level.compareTo(least) < 0 || least == LogLevel.OFF) {
      return;
    }
    ObjectNode line = JSON.createObjectNode();
    line.put("at", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
    line.put("level", level.name().toLowerCase(Locale.ROOT));
    line.put("event", event);
    details.accept(line);
    // One call, so that lines of several threads do not mix.
    out.println(format == LogFormat.JSON ? json(line) : text(line));
  }

  private static String json(JsonNode line) {
    try {
      return JSON.writeValueAsString(line).replace(DELETE, "\\u007f");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("log: not writable as JSON", e);
    }
  }

  private static String text(ObjectNode line) {
    return line.properties().stream().map(EventLog::text).collect(Collectors.joining(" "));
  }

  private static String text(Map.Entry<String, JsonNode> field) {
    String value = field.getValue().asText();
    return switch (field.getKey()) {
      case "at", "event" -> value;
      case "level" -> String.format(Locale.ROOT, "%-5s", value);
      // Quoted as JSON where it holds more than a word, so that no value looks like another line.
      default ->
          field.getKey()
              + "="
              + (value.matches("[\\x21-\\x7e&&[^\"]]+") ? value : json(field.getValue()));
    };
  }
}
