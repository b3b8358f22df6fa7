package io.latentry.spark.plan;

import io.latentry.core.cell.CellText;
import io.latentry.core.data.Rows;
import io.latentry.core.series.SeriesKeys;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesSettings;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Where in the rows of a table the time and the keys of a series are.
 *
 * @param sources the time, then each key column
 */
public record SeriesPlan(List<InputPlan.Source> sources) implements Serializable {
  private static final long serialVersionUID = 1;

  /**
   * A point's place.
   *
   * @param key empty where there is one series, and where nobody knows whose point it is
   * @param time as the model's clock counts; NaN where it, or the key, cannot be read
   */
  public record Place(String key, double time) {}

  /**
   * @throws io.latentry.core.data.DataException if a column is not there, is there more than once,
   *     or holds no single values
   */
  public static SeriesPlan of(SeriesSettings settings, StructType table, boolean caseSensitive) {
    List<InputPlan.Source> sources = new ArrayList<>();
    sources.add(
        InputPlan.beside(table, settings.time(), "time of the model's series", caseSensitive));
    for (String key : settings.keys()) {
      sources.add(InputPlan.beside(table, key, "key of the model's series", caseSensitive));
    }
    return new SeriesPlan(List.copyOf(sources));
  }

  /** By which the points of a key come together, in order. */
  public Place place(Row row, SeriesSettings settings, CellText cells) {
    List<String> parts = new ArrayList<>(sources.size());
    for (InputPlan.Source source : sources.subList(1, sources.size())) {
      String part = source.text(row);
      if (cells.meaning(part).isEmpty()) {
        return new Place("", Double.NaN);
      }
      parts.add(CellText.trimmed(part));
    }
    return new Place(SeriesKeys.of(parts), settings.clock().time(sources.get(0).text(row), cells));
  }

  /**
   * The points that these rows are.
   *
   * @param read their channels
   */
  public SeriesPoints points(List<Row> rows, Rows read, SeriesSettings settings, CellText cells) {
    String[][] beside = new String[sources.size()][rows.size()];
    for (int j = 0; j < beside.length; j++) {
      for (int i = 0; i < rows.size(); i++) {
        beside[j][i] = sources.get(j).text(rows.get(i));
      }
    }
    return SeriesPoints.of(settings, cells, read, beside);
  }
}
