package io.latentry.pipeline.retrain;

import io.latentry.core.data.Column;
import io.latentry.core.data.Novelty;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The champion's schema, which a challenger keeps, with room for the numbers that are normal now:
 * what lies between them is no novelty any more. Types, categories, policies, and columns that are
 * watched stay as they are.
 */
final class WidenedSchema {
  private WidenedSchema() {}

  /**
   * @param normals rows of {@code champion} that the challenger learns from
   */
  static Schema of(Schema champion, Rows normals) {
    List<Column> columns = new ArrayList<>();
    for (int j = 0; j < champion.columns().size(); j++) {
      Column column = champion.columns().get(j);
      columns.add(
          j < champion.numericCount() && !column.isWatched()
              ? widened(column, normals, j)
              : column);
    }
    return new Schema(columns, champion.leftOut(), champion.texts());
  }

  private static Column widened(Column column, Rows normals, int j) {
    double[] values =
        IntStream.range(0, normals.count())
            .mapToDouble(i -> normals.numeric(i, j))
            .filter(Double::isFinite)
            .toArray();
    if (values.length == 0) {
      return column;
    }
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    boolean whole = true;
    for (double value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
      whole &= value == Math.rint(value);
    }
    double offset = column.offset() == null ? 0 : column.offset();
    return new Column(
        column.name(),
        column.type(),
        column.role(),
        column.missing(),
        column.unseen(),
        joined(column.range(), low + offset, high + offset),
        column.categories(),
        column.dates(),
        widened(column.novelty(), low, high, whole),
        column.offset());
  }

  private static @Nullable Novelty widened(
      @Nullable Novelty novelty, double low, double high, boolean whole) {
    return novelty == null
        ? null
        : new Novelty(
            novelty.policy(),
            novelty.surprise(),
            novelty.rows(),
            joined(novelty.limits(), low, high),
            novelty.whole() && whole,
            novelty.given(),
            novelty.twin(),
            novelty.lacking());
  }

  private static @Nullable List<Double> joined(
      @Nullable List<Double> range, double low, double high) {
    return range == null
        ? null
        : List.of(Math.min(range.get(0), low), Math.max(range.get(1), high));
  }
}
