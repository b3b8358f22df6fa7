package io.latentry.core.data;

import io.latentry.core.cell.CellText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows that cannot be judged, and what training never saw, by the policies of their
 * columns. Thread-safe.
 */
public final class RowScreen implements Screen {
  private static final int MOST_TOLD = 3;

  /** Of the width of a range, beyond which by so much a number is told. */
  private static final float WELL_BEYOND = 0.25f;

  private final Schema schema;
  private final int numericCount;
  private final int categoricalCount;
  private final int identifiers;
  private final List<Set<String>> knownCategories = new ArrayList<>();

  /** Of each column: the place of its twin, -1 without one. */
  private final int[] twins;

  /** Whether a column has novelties at all; the rest are what {@link Novelty} says, unboxed. */
  private final boolean[] tells;

  private final boolean[] whole;
  private final boolean[] given;
  private final float[] lowest;
  private final float[] highest;

  /** Of each measured column, the numbers from and to which nothing is told of a range. */
  private final float[] usualFrom;

  private final float[] usualTo;

  public RowScreen(Schema schema) {
    this.schema = schema;
    this.numericCount = schema.numericCount();
    this.categoricalCount = schema.categoricalCount();
    this.identifiers = (int) schema.columns().stream().filter(Column::isIdentifier).count();
    for (int j = 0; j < categoricalCount; j++) {
      knownCategories.add(new HashSet<>(schema.columns().get(numericCount + j).categories()));
    }
    List<String> names = schema.columns().stream().map(Column::name).toList();
    this.twins =
        schema.columns().stream()
            .map(Column::novelty)
            .mapToInt(novelty -> novelty == null ? -1 : names.indexOf(novelty.twin()))
            .toArray();
    this.tells = new boolean[names.size()];
    this.whole = new boolean[names.size()];
    this.given = new boolean[names.size()];
    this.lowest = new float[names.size()];
    this.highest = new float[names.size()];
    this.usualFrom = new float[numericCount];
    this.usualTo = new float[numericCount];
    for (int j = 0; j < numericCount; j++) {
      Column column = schema.columns().get(j);
      List<Double> range = column.range();
      boolean measured =
          column.type() == ColumnType.NUMERIC && !column.isWatched() && schema.ofText(j).isEmpty();
      float low =
          measured && range != null ? column.centred(range.get(0)) : Float.NEGATIVE_INFINITY;
      float high =
          measured && range != null ? column.centred(range.get(1)) : Float.POSITIVE_INFINITY;
      usualFrom[j] = Float.isFinite(low) ? low - WELL_BEYOND * (high - low) : low;
      usualTo[j] = Float.isFinite(low) ? high + WELL_BEYOND * (high - low) : high;
    }
    for (int j = 0; j < tells.length; j++) {
      Novelty novelty = schema.columns().get(j).novelty();
      tells[j] = novelty != null;
      whole[j] = novelty != null && novelty.whole();
      given[j] = novelty != null && novelty.given();
      List<Double> limits = novelty == null ? null : novelty.limits();
      lowest[j] = limits == null ? Float.NEGATIVE_INFINITY : limits.get(0).floatValue();
      highest[j] = limits == null ? Float.POSITIVE_INFINITY : limits.get(1).floatValue();
    }
  }

  @Override
  public @Nullable String reasonAgainst(Samples samples, int sample) {
    return reasonAgainst((Rows) samples, sample);
  }

  /** Why {@code row} cannot be judged, or null if it can. */
  public @Nullable String reasonAgainst(Rows rows, int row) {
    String fault = rows.fault(row);
    if (fault != null) {
      return fault;
    }
    // An identifier says nothing of a row by itself.
    int missing = identifiers;
    for (int j = 0; j < numericCount; j++) {
      float value = rows.numeric(row, j);
      Column column = schema.columns().get(j);
      if (Float.isInfinite(value)) {
        return "not finite: column '" + column.name() + "'";
      }
      if (Float.isNaN(value)) {
        missing += column.isIdentifier() ? 0 : 1;
        if (column.missing() == MissingPolicy.REJECT) {
          return missingValue(schema.sourceOf(j));
        }
      }
    }
    for (int j = 0; j < categoricalCount; j++) {
      String value = rows.categorical(row, j);
      Column column = schema.columns().get(numericCount + j);
      if (value.isEmpty()) {
        missing++;
        if (column.missing() == MissingPolicy.REJECT) {
          return missingValue(column.name());
        }
      } else if (!knownCategories.get(j).contains(value) && !CellText.isText(value)) {
        return CellText.noText(column.name());
      } else if (column.unseen() == UnseenPolicy.REJECT
          && !knownCategories.get(j).contains(value)) {
        return "unseen category: column '" + column.name() + "': '" + value + "'";
      }
    }
    if (missing == schema.columns().size()) {
      return "every value is missing";
    }
    for (int j = 0; j < schema.columns().size(); j++) {
      Novelty novelty = schema.columns().get(j).novelty();
      if (novelty != null && novelty.policy() == NoveltyPolicy.REJECT && isNovel(rows, row, j)) {
        return told(rows, row, j);
      }
    }
    return null;
  }

  @Override
  public boolean judgesRest(Samples samples, int sample) {
    Rows rows = (Rows) samples;
    for (int j = 0; j < numericCount; j++) {
      if (Float.isFinite(rows.numeric(sample, j)) && !schema.columns().get(j).isIdentifier()) {
        return true;
      }
    }
    for (int j = 0; j < categoricalCount; j++) {
      if (!rows.categorical(sample, j).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public @Nullable NovelValues novelties(Samples samples, int sample) {
    Rows rows = (Rows) samples;
    List<Integer> novel = null;
    for (int j = 0; j < schema.columns().size(); j++) {
      if (isNovel(rows, sample, j)) {
        novel = novel == null ? new ArrayList<>() : novel;
        novel.add(j);
      }
    }
    return novel == null
        ? null
        : new NovelValues(
            novel.stream().map(j -> schema.columns().get(j).name()).toList(),
            words(rows, sample, novel));
  }

  @Override
  public @Nullable String beyond(Samples samples, int sample) {
    Rows rows = (Rows) samples;
    List<Integer> beyond = null;
    for (int j = 0; j < numericCount; j++) {
      float value = rows.numeric(sample, j);
      if ((value < usualFrom[j] || value > usualTo[j]) && !Float.isInfinite(value)) {
        beyond = beyond == null ? new ArrayList<>() : beyond;
        beyond.add(j);
      }
    }
    return beyond == null ? null : words(rows, sample, beyond);
  }

  private String words(Rows rows, int row, List<Integer> novel) {
    // That a text is missing is told once, not of each of its features.
    Set<String> missing = new HashSet<>();
    List<Integer> each =
        novel.stream()
            .filter(j -> !isMissing(rows, row, j) || missing.add(schema.sourceOf(j)))
            .toList();
    String first =
        each.stream()
            .limit(MOST_TOLD)
            .map(j -> told(rows, row, j))
            .distinct()
            .collect(Collectors.joining("; "));
    return each.size() <= MOST_TOLD
        ? first
        : first + "; and " + (each.size() - MOST_TOLD) + " more such";
  }

  private boolean isMissing(Rows rows, int row, int j) {
    return j < numericCount
        ? Float.isNaN(rows.numeric(row, j))
        : rows.categorical(row, j - numericCount).isEmpty();
  }

  /** As {@code TableNovelty} has it in the graph. */
  private boolean isNovel(Rows rows, int row, int j) {
    if (!tells[j]) {
      return false;
    }
    if (j >= numericCount) {
      return isNovelCategory(rows, row, j);
    }
    float value = rows.numeric(row, j);
    if (Float.isInfinite(value)) {
      return false;
    }
    if (twins[j] >= 0) {
      float other = rows.numeric(row, twins[j]);
      return !Float.isInfinite(other)
          && value != other
          && !(Float.isNaN(value) && Float.isNaN(other));
    }
    if (Float.isNaN(value)) {
      return schema.columns().get(j).missing() == MissingPolicy.ANOMALY;
    }
    return given[j]
        || value < lowest[j]
        || value > highest[j]
        || (whole[j] && value != Math.floor(value));
  }

  private boolean isNovelCategory(Rows rows, int row, int j) {
    String value = rows.categorical(row, j - numericCount);
    Set<String> known = knownCategories.get(j - numericCount);
    if (twins[j] >= 0) {
      String other = rows.categorical(row, twins[j] - numericCount);
      // Two that are both unknown are one to the graph.
      return !value.equals(other)
          && (value.isEmpty() || other.isEmpty() || known.contains(value) || known.contains(other));
    }
    if (value.isEmpty()) {
      return schema.columns().get(j).missing() == MissingPolicy.ANOMALY;
    }
    return (given[j] || !known.contains(value))
        && schema.columns().get(j).unseen() == UnseenPolicy.OTHER;
  }

  private String told(Rows rows, int row, int j) {
    Column column = schema.columns().get(j);
    Schema.OfText of = schema.ofText(j).orElse(null);
    if (of != null) {
      String written = rows.text(row, schema.texts().indexOf(of.text()));
      return NoveltyWords.ofText(column, of, rows.numeric(row, j), written);
    }
    return NoveltyWords.of(
        column,
        j < numericCount ? rows.numeric(row, j) : Float.NaN,
        text(rows, row, j),
        twins[j] < 0 ? "" : text(rows, row, twins[j]));
  }

  private String text(Rows rows, int row, int j) {
    return j < numericCount
        ? NoveltyWords.text(schema.columns().get(j), rows.numeric(row, j))
        : rows.categorical(row, j - numericCount);
  }

  /** The reason of a row that has no verdict since a column that needs one has no value. */
  public static String missingValue(String column) {
    return "missing value: column '" + column + "'";
  }
}
