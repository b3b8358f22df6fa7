package io.latentry.core.verdict;

import io.latentry.core.data.DataException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is told of a judged row, in order, wherever it goes; scripts outside rely on the names. */
public final class VerdictFields {
  /** Stands before the name of a kept column where the name is one of ours. */
  public static final String KEPT_PREFIX = "input_";

  /** The score that a series' model gives to a window by itself, before smoothing. */
  public static final String UNSMOOTHED = "unsmoothed_score";

  private VerdictFields() {}

  /** What the values of a field are. */
  public enum Type {
    INTEGER,
    /** NaN is a missing value. */
    NUMBER,
    TEXT
  }

  public record Field(String name, Type type) {}

  /** Takes the values of a row, one after the other. */
  public interface Cells {
    Cells integer(long value);

    Cells number(float value);

    Cells number(double value);

    Cells text(String value);

    /** A text that is a number or a truth value, for formats that tell those from other text. */
    default Cells literal(String value) {
      return text(value);
    }
  }

  /**
   * {@code row, score, p_value, verdict, reason, reconstruction_term, latent_term}, then the kept
   * columns, as {@link #keptNames} calls them, then {@code feature_i, actual_i, expected_i,
   * contribution_i} for i in 1..explain.
   *
   * @throws DataException if a column is kept twice
   */
  public static List<Field> of(List<String> keep, int explain) {
    return of(keep, explain, false);
  }

  /**
   * The same of a series: {@code score} is the smoothed one, and {@value #UNSMOOTHED} follows
   * {@code latent_term}.
   *
   * @throws DataException if a column is kept twice
   */
  public static List<Field> ofSeries(List<String> keep, int explain) {
    return of(keep, explain, true);
  }

  /**
   * The same of images: {@code path} follows {@code row}, and the explained are regions, strongest
   * first, in pixels of the image in its file: {@code x_i, y_i, width_i, height_i, peak_i}.
   */
  public static List<Field> ofImages(int explain) {
    List<Field> fields = new ArrayList<>(of(List.of(), 0));
    fields.add(1, new Field("path", Type.TEXT));
    for (int i = 1; i <= explain; i++) {
      for (String name : List.of("x_", "y_", "width_", "height_")) {
        // Texts, since a whole number cannot be missing; formats that tell numbers apart do.
        fields.add(new Field(name + i, Type.TEXT));
      }
      fields.add(new Field("peak_" + i, Type.NUMBER));
    }
    return List.copyOf(fields);
  }

  /**
   * Gives {@code cells} the values of the fields of an image.
   *
   * @param regions strongest first; what is lacking to {@code explain} is left empty
   */
  public static void writeOfImage(
      Cells cells, long row, String path, Judgement judgement, List<Region> regions, int explain) {
    Cells next = figures(cells.integer(row).text(path), judgement);
    for (int k = 0; k < explain; k++) {
      if (k < regions.size()) {
        Region region = regions.get(k);
        next =
            next.literal(Integer.toString(region.x()))
                .literal(Integer.toString(region.y()))
                .literal(Integer.toString(region.width()))
                .literal(Integer.toString(region.height()))
                .number((float) region.peak());
      } else {
        next = next.text("").text("").text("").text("").number(Float.NaN);
      }
    }
  }

  private static Cells figures(Cells cells, Judgement judgement) {
    // Figures of the graph are float32 and are told as such.
    return cells
        .number((float) judgement.score())
        .number(judgement.pValue())
        .text(judgement.verdict().word())
        .text(judgement.reason())
        .number((float) judgement.reconstructionTerm())
        .number((float) judgement.latentTerm());
  }

  private static List<Field> of(List<String> keep, int explain, boolean series) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("row", Type.INTEGER));
    fields.add(new Field("score", Type.NUMBER));
    fields.add(new Field("p_value", Type.NUMBER));
    fields.add(new Field("verdict", Type.TEXT));
    fields.add(new Field("reason", Type.TEXT));
    fields.add(new Field("reconstruction_term", Type.NUMBER));
    fields.add(new Field("latent_term", Type.NUMBER));
    if (series) {
      fields.add(new Field(UNSMOOTHED, Type.NUMBER));
    }
    List<Field> explained = new ArrayList<>();
    for (int i = 1; i <= explain; i++) {
      explained.add(new Field("feature_" + i, Type.TEXT));
      explained.add(new Field("actual_" + i, Type.TEXT));
      explained.add(new Field("expected_" + i, Type.TEXT));
      explained.add(new Field("contribution_" + i, Type.NUMBER));
    }
    Set<String> own = new HashSet<>();
    fields.forEach(field -> own.add(field.name()));
    explained.forEach(field -> own.add(field.name()));
    keptNames(own, keep).forEach(name -> fields.add(new Field(name, Type.TEXT)));
    fields.addAll(explained);
    return List.copyOf(fields);
  }

  /**
   * What kept columns are called beside fields of our own: as they are in the data, but {@value
   * #KEPT_PREFIX}{@code NAME} (and so on, until it is free) where we have a field of that name, so
   * that no name of ours ever changes its meaning.
   *
   * @param own names of our own fields
   * @throws DataException if a column is kept twice
   */
  public static List<String> keptNames(Set<String> own, List<String> keep) {
    Set<String> taken = new HashSet<>();
    for (String name : keep) {
      if (!taken.add(name)) {
        throw new DataException("keep: '" + name + "' twice (expected: each column once)");
      }
    }
    taken.addAll(own);
    List<String> names = new ArrayList<>();
    for (String name : keep) {
      String free = name;
      if (own.contains(name)) {
        do {
          free = KEPT_PREFIX + free;
        } while (!taken.add(free));
      }
      names.add(free);
    }
    return names;
  }

  /**
   * Gives {@code cells} the values of those fields.
   *
   * @param row its number among all rows, 0-based
   * @param kept cells of the kept columns
   * @param top features, most contributing first; what is lacking to {@code explain} is left empty
   */
  public static void write(
      Cells cells,
      long row,
      Judgement judgement,
      List<String> kept,
      List<Feature> top,
      int explain) {
    write(cells, row, judgement, kept, j -> false, top, name -> false, explain);
  }

  /**
   * The same.
   *
   * @param literal whether a kept cell is a number or a truth value, by its place in {@code kept}
   * @param numeric whether a column of the model is one of numbers, by its name
   */
  public static void write(
      Cells cells,
      long row,
      Judgement judgement,
      List<String> kept,
      IntPredicate literal,
      List<Feature> top,
      Predicate<String> numeric,
      int explain) {
    write(cells, row, judgement, null, kept, literal, top, numeric, explain);
  }

  /**
   * The same of a series.
   *
   * @param unsmoothed the score before smoothing; null of a table, which has none
   */
  public static void write(
      Cells cells,
      long row,
      Judgement judgement,
      @Nullable Float unsmoothed,
      List<String> kept,
      IntPredicate literal,
      List<Feature> top,
      Predicate<String> numeric,
      int explain) {
    Cells next = figures(cells.integer(row), judgement);
    if (unsmoothed != null) {
      next = next.number(unsmoothed.floatValue());
    }
    for (int j = 0; j < kept.size(); j++) {
      next = value(next, kept.get(j), literal.test(j));
    }
    for (int k = 0; k < explain; k++) {
      if (k < top.size()) {
        Feature feature = top.get(k);
        boolean number = numeric.test(feature.name());
        next = value(next.text(feature.name()), feature.actual(), number);
        next = value(next, feature.expected(), number).number((float) feature.contribution());
      } else {
        next = next.text("").text("").text("").number(Float.NaN);
      }
    }
  }

  private static Cells value(Cells cells, String text, boolean literal) {
    return literal ? cells.literal(text) : cells.text(text);
  }
}
