package io.latentry.server.maintenance;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.latentry.server.config.SegmentRule;
import io.latentry.server.registry.MaintenanceWindows;
import io.latentry.server.registry.MaintenanceWindows.Stored;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The windows of maintenance: those of a file, and those that were set while the service ran, which
 * are in the store. Thread-safe.
 */
public final class Maintenance {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final int MOST_SET = 1_000;

  /** No window is ever open. */
  public static final Maintenance NONE =
      new Maintenance(
          new WindowFile(Map.of(), List.of()),
          Optional.empty(),
          Duration.ZERO,
          Clock.systemUTC(),
          List.of());

  private final WindowFile file;
  private final Optional<MaintenanceWindows> stored;
  private final Duration kept;
  private final Clock clock;
  private final List<SegmentRule> segments;
  private final Map<Asked, Answer> answers = new ConcurrentHashMap<>();
  private volatile List<Window> windows = List.of();

  /** No segment: all rows of a model. */
  private static final String ALL_ROWS = "";

  private record Asked(String model, String segment) {}

  private record Answer(long second, Optional<Window> open) {}

  /**
   * A window as it stands.
   *
   * @param open whether it is now; {@code openUntil} then says when it closes
   */
  public record Shown(
      String id,
      @JsonUnwrapped Object definition,
      String by,
      boolean open,
      @Nullable String openUntil) {}

  /** Windows as they stand. */
  public record Listed(List<Shown> windows) {}

  private Maintenance(
      WindowFile file,
      Optional<MaintenanceWindows> stored,
      Duration kept,
      Clock clock,
      List<SegmentRule> segments) {
    this.segments = List.copyOf(segments);
    this.file = file;
    this.stored = stored;
    this.kept = kept;
    this.clock = clock;
    refresh();
  }

  /**
   * @param file of windows; null for none
   * @param kept how long one that is over is remembered
   * @param segments that are watched, which a window may be about
   * @throws IllegalArgumentException if something in the file is wrong; the message says what and
   *     where
   */
  public static Maintenance open(
      @Nullable Path file,
      MaintenanceWindows store,
      Duration kept,
      Clock clock,
      List<SegmentRule> segments)
      throws IOException {
    WindowFile windows = file == null ? new WindowFile(Map.of(), List.of()) : WindowFile.read(file);
    for (Window window : windows.windows()) {
      requireWatched(window.spec(), segments);
    }
    return new Maintenance(windows, Optional.of(store), kept, clock, segments);
  }

  private static void requireWatched(WindowSpec spec, List<SegmentRule> segments) {
    List<String> watched = segments.stream().map(SegmentRule::column).distinct().toList();
    if (spec.segmentColumn().filter(column -> !watched.contains(column)).isPresent()) {
      throw new IllegalArgumentException(
          "window '%s': where: '%s' (expected: a value of a column that watch.segments names: %s)"
              .formatted(
                  spec.title(), spec.where(), watched.isEmpty() ? "it names none" : watched));
    }
  }

  private MaintenanceWindows store() {
    return stored.orElseThrow();
  }

  private void refresh() {
    List<Window> all = new ArrayList<>(file.windows());
    for (Stored one : stored.map(MaintenanceWindows::all).orElse(List.of())) {
      WindowSpec spec = spec(one.definition());
      try {
        all.add(
            new Window(
                one.id(),
                spec,
                Window.models(spec, file.tags()),
                spec.schedule(),
                one.createdBy(),
                one.createdAt(),
                one.removedAt()));
      } catch (IllegalArgumentException tagIsGone) {
        // The file has the tag no more: the window is about its named models alone.
        all.add(
            new Window(
                one.id(),
                spec,
                Set.copyOf(spec.modelPatterns()),
                spec.schedule(),
                one.createdBy(),
                one.createdAt(),
                one.removedAt()));
      }
    }
    windows = List.copyOf(all);
    answers.clear();
  }

  private static WindowSpec spec(String json) {
    try {
      return JSON.readValue(json, WindowSpec.class);
    } catch (JsonProcessingException e) {
      Throwable cause = e.getCause();
      String reason =
          cause instanceof IllegalArgumentException && cause.getMessage() != null
              ? cause.getMessage()
              : e.getOriginalMessage();
      throw new IllegalArgumentException(reason, e);
    }
  }

  /** The name of a window that is open over all rows of a model at a moment. */
  public Optional<String> over(String model, Instant at) {
    return over(model, ALL_ROWS, at);
  }

  /**
   * The same of a segment of the rows.
   *
   * @param segment such as {@code site=A}, or empty for all
   */
  public Optional<String> over(String model, String segment, Instant at) {
    if (windows.isEmpty()) {
      return Optional.empty();
    }
    long second = at.getEpochSecond();
    Asked asked = new Asked(model, segment);
    Answer known = answers.get(asked);
    if (known == null || known.second() != second) {
      known =
          new Answer(
              second,
              windows.stream()
                  .filter(window -> window.isAbout(model) && window.spec().isAbout(segment))
                  .filter(window -> window.openUntil(at).isPresent())
                  .findFirst());
      answers.put(asked, known);
    }
    return known.open().map(window -> window.spec().title());
  }

  /** Whether a window is about a segment of a model's rows, open or not. */
  public boolean isBySegment(String model) {
    return !windows.isEmpty()
        && windows.stream().anyMatch(w -> w.spec().segmentColumn().isPresent() && w.isAbout(model));
  }

  /** Whether there is any window, open or not. */
  public boolean isUsed() {
    return !windows.isEmpty();
  }

  /** Those of the file, and those that were set and are neither removed nor over. */
  public Listed list() {
    Instant now = clock.instant();
    return new Listed(
        windows.stream().filter(window -> stands(window, now)).map(w -> shown(w, now)).toList());
  }

  private static boolean stands(Window window, Instant now) {
    return window.removedAt().isEmpty()
        && window.schedule().over().filter(over -> !now.isBefore(over)).isEmpty();
  }

  private static Shown shown(Window window, Instant now) {
    Optional<Instant> until = window.openUntil(now);
    return new Shown(
        window.id(),
        window.spec(),
        window.by(),
        until.isPresent(),
        until.map(Instant::toString).orElse(null));
  }

  /**
   * Sets a window, which counts from now on.
   *
   * @param json a {@link WindowSpec}
   * @param by for the audit
   * @throws RefusedException {@link Refusal#BAD_INPUT} if it is none
   */
  public synchronized Shown add(byte[] json, String by) {
    Instant now = clock.instant();
    forget(now);
    try {
      WindowSpec spec = spec(new String(json, StandardCharsets.UTF_8));
      Window window =
          new Window(
              UUID.randomUUID().toString().replace("-", ""),
              spec,
              Window.models(spec, file.tags()),
              spec.schedule(),
              by,
              now,
              Optional.empty());
      requireWatched(spec, segments);
      if (window.schedule().over().filter(over -> !now.isBefore(over)).isPresent()) {
        throw new IllegalArgumentException("to: in the past (expected: later than now)");
      }
      if (windows.stream().filter(w -> !w.isOfFile()).count() >= MOST_SET) {
        throw new IllegalArgumentException(
            "windows: " + MOST_SET + " are set (expected: fewer); remove some");
      }
      String definition = JSON.writeValueAsString(spec);
      store().add(new Stored(window.id(), definition, now, by, Optional.empty()), definition);
      refresh();
      return shown(window, now);
    } catch (IllegalArgumentException | JsonProcessingException e) {
      throw new RefusedException(Refusal.BAD_INPUT, String.valueOf(e.getMessage()));
    }
  }

  private void forget(Instant now) {
    for (Window window : windows) {
      Optional<Instant> over = window.schedule().over();
      if (!window.isOfFile()
          && window.removedAt().isEmpty()
          && over.isPresent()
          && over.get().isBefore(now)) {
        boolean unused =
            store()
                .remove(
                    window.id(), over.get(), "latentry", "'" + window.spec().title() + "' is over");
      }
    }
    store().forget(now.minus(kept));
  }

  /**
   * Ends a window: it is open no more, and never again.
   *
   * @throws RefusedException {@link Refusal#UNKNOWN} if there is none that was set and stands
   */
  public synchronized Listed end(String id, String by) {
    Optional<Window> found = windows.stream().filter(w -> w.id().equals(id)).findFirst();
    if (found.filter(Window::isOfFile).isPresent()) {
      throw new RefusedException(
          Refusal.CONFLICT,
          "window: '" + id + "' is of the file (expected: one that was set); change the file");
    }
    boolean ended =
        found.isPresent()
            && store()
                .remove(id, clock.instant(), by, "'" + found.get().spec().title() + "', " + id);
    if (!ended) {
      throw new RefusedException(
          Refusal.UNKNOWN,
          "window: '"
              + id
              + "' (expected: one of "
              + Stream.concat(
                      list().windows().stream()
                          .filter(w -> !w.by().equals(Window.OF_FILE))
                          .map(Shown::id),
                      Stream.of("GET /v1/maintenance"))
                  .toList()
              + ")");
    }
    refresh();
    return list();
  }
}
