package io.latentry.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.series.GapPolicy;
import io.latentry.core.series.SeriesClock;
import io.latentry.core.series.SeriesSettings;
import io.latentry.scoring.FeatureReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The columns that a model takes, as a JSON document tells them.
 *
 * @param image what an image becomes before it is judged; then there are no columns
 */
record SchemaDocument(
    List<ColumnDocument> columns,
    List<LeftOut> leftOut,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Text> texts,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Series series,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ImageSpec image) {

  /**
   * @param missing what becomes of a row without a value there
   * @param unseen what becomes of a row with a category that training never saw; null for numbers
   * @param range smallest and largest training value; null for categories
   * @param categories null for numbers
   * @param offset what is to be subtracted, in double precision, from each number of a tensor; null
   *     for 0. Numbers of a JSON document are given as they are
   * @param expected what a value looks like, in words
   * @param normalRange where 98 % of normal rows lie, or the usual categories; null if not known
   */
  record ColumnDocument(
      String name,
      ColumnType type,
      MissingPolicy missing,
      @Nullable UnseenPolicy unseen,
      @Nullable List<Double> range,
      @Nullable List<String> categories,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double offset,
      String expected,
      @Nullable String normalRange) {}

  /** A column of the training data that is no input. */
  record LeftOut(String name, String reason) {}

  /**
   * A column of texts. A row is given the text; {@code columns} names the inputs that are made of
   * it, for who fills tensors.
   */
  record Text(String name, List<String> columns) {}

  /**
   * How the rows are points of series; the columns of time and key stand beside the others in a
   * row.
   *
   * @param window points of a window; until a key has so many, its points cannot be judged
   * @param interval the usual step from one point of a key to the next, as {@code clock} counts
   * @param every the same in words
   * @param resampled whether rows are put together in cells of {@code interval}, which are the
   *     points; not there where each row is a point
   * @param longestStep a step above so many intervals is a gap
   * @param smoothing weight of the newest score
   * @param adapt points of the recent level that scores are counted from; not there where they are
   *     not
   */
  record Series(
      String time,
      SeriesClock clock,
      List<String> keys,
      int window,
      double interval,
      String every,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean resampled,
      GapPolicy gaps,
      double longestStep,
      double smoothing,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer adapt,
      Alarm alarm) {
    static @Nullable Series of(@Nullable SeriesSettings settings) {
      return settings == null
          ? null
          : new Series(
              settings.time(),
              settings.clock(),
              settings.keys(),
              settings.window(),
              settings.interval(),
              settings.clock().span(settings.interval()),
              settings.hasCells(),
              settings.gaps(),
              settings.longest(),
              settings.smoothing(),
              settings.adapt(),
              new Alarm(
                  settings.alarm().points(), settings.alarm().among(), settings.alarm().release()));
    }
  }

  /**
   * When a point is an anomaly.
   *
   * @param points of the last {@code among} that are above the threshold
   * @param release share of the threshold below which an alarm that is on ends
   */
  record Alarm(int points, int among, double release) {}

  static SchemaDocument of(Manifest manifest) {
    Schema schema = manifest.schema();
    FeatureReader reader = new FeatureReader(manifest);
    return new SchemaDocument(
        schema.columns().stream().map(column -> column(column, reader)).toList(),
        schema.leftOut().stream()
            .map(column -> new LeftOut(column.name(), column.reason()))
            .toList(),
        schema.texts().stream()
            .map(
                text ->
                    new Text(text.name(), text.features().stream().map(text::columnOf).toList()))
            .toList(),
        Series.of(manifest.series()),
        manifest.judgedSpec() instanceof ImageSpec image ? image : null);
  }

  private static ColumnDocument column(Column column, FeatureReader reader) {
    boolean numeric = column.type().isNumericInput();
    String normal = reader.normalRange(column);
    return new ColumnDocument(
        column.name(),
        column.type(),
        column.missing(),
        numeric ? null : column.unseen(),
        column.range(),
        numeric ? null : column.categories(),
        column.offset(),
        expected(column),
        normal.isEmpty() ? null : normal);
  }

  private static String expected(Column column) {
    String value =
        switch (column.type()) {
          case NUMERIC -> "a number";
          case BOOLEAN -> "true or false";
          case TIMESTAMP -> "a timestamp such as 2024-02-29T13:05:00Z";
          default ->
              column.unseen() == UnseenPolicy.REJECT ? "one of the categories" : "a category";
        };
    return column.missing() == MissingPolicy.REJECT ? value : value + ", or nothing";
  }
}
