package io.latentry.server.monitoring;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Manifest.ReferenceDistribution;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.data.Windows;
import io.latentry.core.series.SeriesKeys;
import io.latentry.core.series.SeriesSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The column of a version whose values are the segments of its rows: a categorical or boolean one,
 * or of a series the keys. Thread-safe.
 *
 * <p>So many values have a name of their own as {@value #MOST}: those that training knew, the most
 * frequent first, then those that were recorded, and then those that come first. Rows with others
 * share {@code site=(others)}.
 */
public final class SegmentColumn {
  /** Segments of a version that have a name, but for rows without a value. */
  public static final int MOST = 50;

  private static final String OTHERS = "(others)";
  private static final String MISSING = "(missing)";
  private static final int LONGEST = 100;

  private final String name;
  private final Source source;
  private final Set<String> named = ConcurrentHashMap.newKeySet();

  /** Where the value of a sample stands; empty if it has none. */
  private interface Source {
    String value(Samples samples, int sample);
  }

  private SegmentColumn(String name, Source source, List<String> known) {
    this.name = name;
    this.source = source;
    nameFirst(known);
  }

  /**
   * @param column its name; of a series with several key columns also all of them, with {@code /}
   *     between
   * @return empty if the model has no such column
   */
  static Optional<SegmentColumn> of(String column, Manifest manifest) {
    SeriesSettings series = manifest.series();
    if (series != null && series.keys().contains(column)) {
      int part = series.keys().indexOf(column);
      boolean only = series.keys().size() == 1;
      return Optional.of(
          new SegmentColumn(
              column, (samples, i) -> only ? key(samples, i) : part(samples, i, part), List.of()));
    }
    if (series != null && column.equals(String.join("/", series.keys()))) {
      return Optional.of(
          new SegmentColumn(column, (samples, i) -> SeriesKeys.words(key(samples, i)), List.of()));
    }
    Schema schema = manifest.schema();
    int place =
        IntStream.range(0, schema.columns().size())
            .filter(j -> schema.columns().get(j).name().equals(column))
            .findFirst()
            .orElse(-1);
    if (place < 0) {
      return Optional.empty();
    }
    Column of = schema.columns().get(place);
    return switch (of.type()) {
      case CATEGORICAL -> {
        int text = place - schema.numericCount();
        yield Optional.of(
            new SegmentColumn(
                column, (samples, i) -> rows(samples).categorical(i, text), known(of, manifest)));
      }
      case BOOLEAN ->
          Optional.of(
              new SegmentColumn(
                  column,
                  (samples, i) -> truth(rows(samples).numeric(i, place)),
                  List.of("true", "false")));
      case NUMERIC, TIMESTAMP, TEXT -> Optional.empty();
    };
  }

  /** What else of a model could be named. */
  static List<String> choices(Manifest manifest) {
    List<String> choices = new ArrayList<>();
    if (manifest.series() != null) {
      choices.addAll(manifest.series().keys());
    }
    manifest.schema().columns().stream()
        .filter(c -> c.type() == ColumnType.CATEGORICAL || c.type() == ColumnType.BOOLEAN)
        .map(Column::name)
        .forEach(choices::add);
    return choices;
  }

  private static List<String> known(Column column, Manifest manifest) {
    Map<String, Double> shares =
        manifest.reference().stream()
            .filter(of -> of.name().equals(column.name()))
            .map(ReferenceDistribution::frequencies)
            .filter(frequencies -> frequencies != null)
            .findFirst()
            .orElse(Map.of());
    return column.categories().stream()
        .sorted(Comparator.comparing((String category) -> -shares.getOrDefault(category, 0.0)))
        .toList();
  }

  private static Rows rows(Samples samples) {
    return samples instanceof Windows windows ? windows.judged() : (Rows) samples;
  }

  private static String key(Samples samples, int sample) {
    return samples instanceof Windows windows ? windows.key(sample) : "";
  }

  private static String part(Samples samples, int sample, int part) {
    List<String> parts = SeriesKeys.parts(key(samples, sample));
    return part < parts.size() ? parts.get(part) : "";
  }

  private static String truth(float value) {
    return value == 0 ? "false" : value == 1 ? "true" : "";
  }

  private static boolean fits(String value) {
    return value.length() <= LONGEST
        && value
            .codePoints()
            .noneMatch(
                c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
  }

  private void nameFirst(List<String> values) {
    for (String value : values) {
      boolean unused = isNamed(value);
    }
  }

  /** Has segments that were told before keep their names, as long as there is room. */
  void remember(List<String> segments) {
    String prefix = name + "=";
    nameFirst(
        segments.stream()
            .filter(this::hasSegment)
            .map(segment -> segment.substring(prefix.length()))
            .filter(value -> !value.equals(MISSING) && !value.equals(OTHERS))
            .toList());
  }

  /** Whether a segment is one of this column, and not of one that was named before. */
  boolean hasSegment(String segment) {
    return segment.startsWith(name + "=");
  }

  /** The column, as it was named. */
  public String name() {
    return name;
  }

  /**
   * The segment of a sample, such as {@code site=A}, {@code site=(missing)}, or {@code
   * site=(others)}.
   *
   * @param samples of this version, as a tap hears them
   */
  public String of(Samples samples, int sample) {
    String value = source.value(samples, sample);
    if (value.isEmpty()) {
      return name + "=" + MISSING;
    }
    return name + "=" + (isNamed(value) ? value : OTHERS);
  }

  private boolean isNamed(String value) {
    if (named.contains(value)) {
      return true;
    }
    synchronized (this) {
      return named.size() < MOST && fits(value) && named.add(value);
    }
  }
}
