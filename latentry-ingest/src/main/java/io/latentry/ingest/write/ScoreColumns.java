package io.latentry.ingest.write;

import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Region;
import io.latentry.core.verdict.VerdictFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/** {@link VerdictFields} as the columns of a score file. */
public final class ScoreColumns {
  private ScoreColumns() {}

  /** As {@link VerdictFields#of} has them. */
  public static List<OutputColumn> of(List<String> keep, int explain) {
    return of(keep, Map.of(), explain);
  }

  /**
   * The same.
   *
   * @param types of kept columns, as {@link io.latentry.ingest.read.DataSource#storedTypes} tells
   */
  public static List<OutputColumn> of(List<String> keep, Map<String, String> types, int explain) {
    int first = VerdictFields.of(List.of(), 0).size();
    return typed(VerdictFields.of(keep, explain), first, keep, types);
  }

  /** The same as {@link VerdictFields#ofSeries} has them. */
  public static List<OutputColumn> ofSeries(
      List<String> keep, Map<String, String> types, int explain) {
    int first = VerdictFields.ofSeries(List.of(), 0).size();
    return typed(VerdictFields.ofSeries(keep, explain), first, keep, types);
  }

  /** The same as {@link VerdictFields#ofImages} has them. */
  public static List<OutputColumn> ofImages(int explain) {
    int first = VerdictFields.ofImages(0).size();
    List<OutputColumn> columns =
        new ArrayList<>(
            VerdictFields.ofImages(explain).stream().map(ScoreColumns::column).toList());
    for (int j = first; j < columns.size(); j++) {
      if (columns.get(j).type() == OutputColumn.Type.TEXT) {
        columns.set(j, columns.get(j).as("INTEGER"));
      }
    }
    return List.copyOf(columns);
  }

  private static List<OutputColumn> typed(
      List<VerdictFields.Field> fields, int first, List<String> keep, Map<String, String> types) {
    List<OutputColumn> columns =
        new ArrayList<>(fields.stream().map(ScoreColumns::column).toList());
    for (int j = 0; j < keep.size(); j++) {
      String type = types.getOrDefault(keep.get(j), "");
      columns.set(first + j, columns.get(first + j).as(type));
    }
    return List.copyOf(columns);
  }

  private static OutputColumn column(VerdictFields.Field field) {
    return switch (field.type()) {
      case INTEGER -> OutputColumn.integer(field.name());
      case NUMBER -> OutputColumn.number(field.name());
      case TEXT -> OutputColumn.text(field.name());
    };
  }

  /** Writes one row of those columns, as {@link VerdictFields#write} tells it. */
  public static void write(
      TableSink sink,
      long row,
      Judgement judgement,
      List<String> kept,
      List<Feature> top,
      int explain) {
    write(sink, row, judgement, kept, j -> false, top, name -> false, explain);
  }

  /**
   * The same.
   *
   * @param literal whether a kept cell is a number or a truth value, by its place in {@code kept}
   * @param numeric whether a column of the model is one of numbers, by its name
   */
  public static void write(
      TableSink sink,
      long row,
      Judgement judgement,
      List<String> kept,
      IntPredicate literal,
      List<Feature> top,
      Predicate<String> numeric,
      int explain) {
    VerdictFields.write(sink, row, judgement, kept, literal, top, numeric, explain);
    sink.endRow();
  }

  /**
   * The same of a series.
   *
   * @param unsmoothed the score before smoothing
   */
  public static void writeOfSeries(
      TableSink sink,
      long row,
      Judgement judgement,
      float unsmoothed,
      List<String> kept,
      IntPredicate literal,
      List<Feature> top,
      Predicate<String> numeric,
      int explain) {
    VerdictFields.write(sink, row, judgement, unsmoothed, kept, literal, top, numeric, explain);
    sink.endRow();
  }

  /** Writes one image of those columns, as {@link VerdictFields#writeOfImage} tells it. */
  public static void writeOfImage(
      TableSink sink,
      long row,
      String path,
      Judgement judgement,
      List<Region> regions,
      int explain) {
    VerdictFields.writeOfImage(sink, row, path, judgement, regions, explain);
    sink.endRow();
  }
}
