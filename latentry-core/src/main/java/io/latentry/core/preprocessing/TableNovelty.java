package io.latentry.core.preprocessing;

import io.latentry.core.data.Column;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Novelty;
import io.latentry.core.data.NoveltyPolicy;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.GraphValues;
import io.latentry.core.graph.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What training never saw in a row, by column, over a graph; the rules are those of {@link
 * io.latentry.core.data.RowScreen}, which tells them to people.
 */
final class TableNovelty {
  private static final float NEVER_BELOW = -Float.MAX_VALUE;
  private static final float NEVER_ABOVE = Float.MAX_VALUE;

  private final Schema schema;
  private final List<Column> columns;

  private TableNovelty(Schema schema) {
    this.schema = schema;
    this.columns = schema.columns();
  }

  /** Nothing if no value of any column is a novelty. */
  static Optional<TableNovelty> of(Schema schema) {
    return schema.columns().stream().allMatch(column -> column.novelty() == null)
        ? Optional.empty()
        : Optional.of(new TableNovelty(schema));
  }

  /** {@code [batch, columns]}: 1 where the value is a novelty. */
  <T> T novel(Ops<T> ops, GraphValues<T> raw) {
    List<T> parts = new ArrayList<>();
    T numeric = raw.get(Schema.NUMERIC);
    if (numeric != null) {
      parts.add(ofNumbers(ops, numeric));
    }
    T indices = raw.get(Schema.CATEGORICAL);
    if (indices != null) {
      parts.add(ofCategories(ops, indices));
    }
    return parts.size() == 1 ? parts.get(0) : ops.concat(-1, parts);
  }

  /** {@code [batch, columns]}, nats. */
  <T> T nats(Ops<T> ops, T novel) {
    return ops.mul(novel, figures(ops, 0, columns.size(), TableNovelty::surprise));
  }

  /** {@code [batch]}: above 0 where a novelty makes the row unscorable; null where none can. */
  <T> @Nullable T rejected(Ops<T> ops, T novel) {
    if (!any(0, columns.size(), TableNovelty::rejection)) {
      return null;
    }
    return ops.max(
        ops.mul(novel, figures(ops, 0, columns.size(), TableNovelty::rejection)), -1, false);
  }

  /** {@code [batch, numericCount]}: 1 where the value is a novelty. */
  private <T> T ofNumbers(Ops<T> ops, T numeric) {
    int count = schema.numericCount();
    T missing = ops.isNaN(numeric);
    T novel =
        ops.add(
            ops.less(numeric, figures(ops, 0, count, TableNovelty::lowest)),
            ops.less(figures(ops, 0, count, TableNovelty::highest), numeric));
    if (any(0, count, TableNovelty::wholeness)) {
      T fraction = ops.less(ops.scalar(0), ops.sub(numeric, ops.floor(numeric)));
      novel = ops.add(novel, ops.mul(fraction, figures(ops, 0, count, TableNovelty::wholeness)));
    }
    if (any(0, count, TableNovelty::completeness)) {
      novel = ops.add(novel, ops.mul(missing, figures(ops, 0, count, TableNovelty::completeness)));
    }
    int[] twins = twins(0, count);
    if (IntStream.of(twins).anyMatch(twin -> twin >= 0)) {
      T known = ops.where(ops.add(missing, ops.isInfinite(numeric)), ops.scalar(0), numeric);
      T apart = ops.add(difference(ops, known, twins), difference(ops, missing, twins));
      novel = ops.add(novel, apart);
    }
    return ops.mul(
        ops.less(ops.scalar(0.5f), novel), ops.sub(ops.scalar(1), ops.isInfinite(numeric)));
  }

  /** {@code [batch, categoricalCount]}: 1 where the value is a novelty. */
  private <T> T ofCategories(Ops<T> ops, T indices) {
    int from = schema.numericCount();
    int count = schema.categoricalCount();
    // The index behind all known categories is that of any other, and the next that of missing.
    T beyond = ops.sub(indices, figures(ops, from, from + count, TableNovelty::otherIndex));
    T novel = ops.less(ops.abs(beyond), ops.scalar(0.5f));
    if (any(from, from + count, TableNovelty::completeness)) {
      T missing = ops.less(ops.abs(ops.sub(beyond, ops.scalar(1))), ops.scalar(0.5f));
      novel =
          ops.add(
              novel,
              ops.mul(missing, figures(ops, from, from + count, TableNovelty::completeness)));
    }
    int[] twins = twins(from, count);
    if (IntStream.of(twins).anyMatch(twin -> twin >= 0)) {
      novel = ops.add(novel, difference(ops, indices, twins));
    }
    return ops.less(ops.scalar(0.5f), novel);
  }

  /**
   * {@code [batch, width]}: 1 where a value differs from that of its twin, else 0. All but two of
   * the products of a sum are zeros, so that equal values give zero exactly.
   */
  private static <T> T difference(Ops<T> ops, T values, int[] twins) {
    int width = twins.length;
    float[] pairs = new float[width * width];
    for (int j = 0; j < width; j++) {
      if (twins[j] >= 0) {
        pairs[j * width + j] = 1;
        pairs[twins[j] * width + j] = -1;
      }
    }
    T apart = ops.abs(ops.matmul(values, ops.constant(pairs, width, width)));
    return ops.less(ops.scalar(0), apart);
  }

  /** Of each of some columns: the place of its twin among them, -1 without one. */
  private int[] twins(int from, int count) {
    List<String> names = columns.stream().map(Column::name).toList();
    return columns.subList(from, from + count).stream()
        .map(Column::novelty)
        .mapToInt(
            novelty ->
                novelty == null || novelty.twin() == null
                    ? -1
                    : names.indexOf(novelty.twin()) - from)
        .toArray();
  }

  private boolean any(int from, int to, ToDoubleFunction<Column> figure) {
    return columns.subList(from, to).stream().anyMatch(c -> figure.applyAsDouble(c) != 0);
  }

  private <T> T figures(Ops<T> ops, int from, int to, ToDoubleFunction<Column> figure) {
    float[] values = new float[to - from];
    for (int j = from; j < to; j++) {
      values[j - from] = (float) figure.applyAsDouble(columns.get(j));
    }
    return ops.constant(values, 1, values.length);
  }

  private static double surprise(Column column) {
    Novelty novelty = column.novelty();
    return novelty == null || novelty.policy() == NoveltyPolicy.REJECT ? 0 : novelty.surprise();
  }

  private static double rejection(Column column) {
    Novelty novelty = column.novelty();
    return novelty != null && novelty.policy() == NoveltyPolicy.REJECT ? 1 : 0;
  }

  private static double lowest(Column column) {
    Novelty novelty = column.novelty();
    if (novelty == null || novelty.twin() != null) {
      return NEVER_BELOW;
    }
    if (novelty.given()) {
      return NEVER_ABOVE;
    }
    return novelty.limits() == null ? NEVER_BELOW : novelty.limits().get(0).floatValue();
  }

  private static double highest(Column column) {
    Novelty novelty = column.novelty();
    if (novelty == null || novelty.twin() != null) {
      return NEVER_ABOVE;
    }
    if (novelty.given()) {
      return NEVER_BELOW;
    }
    return novelty.limits() == null ? NEVER_ABOVE : novelty.limits().get(1).floatValue();
  }

  private static double wholeness(Column column) {
    Novelty novelty = column.novelty();
    return novelty != null && novelty.whole() && novelty.twin() == null ? 1 : 0;
  }

  /** Whether that the value is missing is a novelty. */
  private static double completeness(Column column) {
    return column.novelty() != null && column.missing() == MissingPolicy.ANOMALY ? 1 : 0;
  }

  /** The index of a category that training never saw; where it is none, one that no row has. */
  private static double otherIndex(Column column) {
    boolean tells = column.novelty() != null && column.novelty().twin() == null;
    return tells ? column.categories().size() : -5;
  }
}
