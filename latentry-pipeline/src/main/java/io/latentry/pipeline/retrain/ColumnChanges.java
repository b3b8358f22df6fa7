package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Manifest.OriginColumn;
import io.latentry.core.artifact.Manifest.ReferenceDistribution;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import io.latentry.core.drift.CategoryShift;
import io.latentry.core.drift.NumericShift;
import io.latentry.core.drift.SampleSizes;
import io.latentry.core.drift.TextFigures;
import io.latentry.core.evaluation.ClopperPearson;
import io.latentry.core.evaluation.OrderStatistics;
import io.latentry.pipeline.report.Figures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Columns that changed by more than drift does: another unit, far away, stuck, gone; and columns of
 * which none changed but which no longer go together.
 *
 * @param phrases one for each column that changed so
 * @param moved columns, and {@code score}, whose bulk drifted at all: beyond chance, and by enough
 *     to matter
 * @param mixedUp what says that columns go together no more
 */
record ColumnChanges(List<String> phrases, List<String> moved, Optional<String> mixedUp) {
  private static final int MOST_ROWS = 10_000;

  /** A drift further than so many of the column's spreads is none. */
  private static final double FAR = 3;

  /** So large a share of rows at one value that hardly any normal row had is a stuck sensor. */
  private static final double STUCK = 0.2;

  private static final double HARDLY = 0.02;

  /** A value that is so common may become commoner. */
  private static final double USUAL = 0.5;

  /** Above so many times the odds of a normal row, no drift explains it. */
  private static final double MOST_ODDS = 20;

  /** A width that changed by less is drift. */
  private static final double LEAST_FACTOR = 1.5;

  /** Of a spread: so far may values lie from where they did, once a change of unit is undone. */
  private static final double ALIKE = 0.2;

  /** More of the values missing, or of the categories others, by such a share. */
  private static final double GONE = 0.2;

  private static final double OTHER = 0.5;

  /** A column that moved by less does not explain other scores. */
  private static final double MOVED = 0.2;

  private static final double SURE = 0.01;

  /** The promised rate, so many times over, is more than luck of the calibration. */
  private static final double MORE = 1.5;

  /** Columns that are compared with each other. */
  private static final int MOST_PAIRED = 20;

  /** Fewer quiet rows stand for nothing. */
  private static final int FEWEST_BULK = 100;

  private static final double[] NONE = {};

  /**
   * @param recent rows that the champion judged and nobody said anything of
   * @param scores of them, by the champion, a move of columns undone where one explains them
   * @param unexplained whether they went up and no move explains that
   */
  static ColumnChanges of(
      Manifest champion, Rows recent, double[] scores, boolean unexplained, Set<String> accepted) {
    Map<String, ReferenceDistribution> reference = champion.columnReference();
    Map<String, OriginColumn> origin = new HashMap<>();
    origin(champion).forEach(column -> origin.put(column.name(), column));
    List<String> phrases = new ArrayList<>();
    List<String> moved = new ArrayList<>();
    Rows bulk = bulk(recent, scores, champion.threshold().current().score());
    List<Column> columns = champion.schema().columns();
    for (int j = 0; j < columns.size() && recent.count() > 0; j++) {
      Column column = columns.get(j);
      ReferenceDistribution normal = reference.get(column.name());
      if (normal == null || column.isWatched()) {
        continue;
      }
      boolean number = j < champion.schema().numericCount();
      int place = number ? j : j - champion.schema().numericCount();
      Change change =
          number
              ? ofNumbers(column, normal, recent, place, origin.get(column.name()), columns.size())
              : ofCategories(normal, champion.calibration().rows(), recent, place);
      Change ofBulk =
          number
              ? ofNumbers(column, normal, bulk, place, null, columns.size())
              : ofCategories(normal, champion.calibration().rows(), bulk, place);
      // A column in another order has the rows without an alarm picked by it, and did not move.
      if (change.moved() && ofBulk.moved()) {
        moved.add(column.name());
      }
      if (!accepted.contains(column.name())) {
        change
            .phrase()
            .ifPresent(phrase -> phrases.add("column '" + column.name() + "' " + phrase));
      }
    }
    swapped(champion, recent, moved, accepted).ifPresent(phrases::add);
    Optional<NumericShift> score = scoreShift(champion, scores);
    Optional<String> mixedUp =
        accepted.contains(RetrainRequest.GOING_TOGETHER)
            ? Optional.empty()
            : unexplained
                ? Optional.of(
                    "scores went up, and are as high once the columns that moved are moved back")
                : !moved.isEmpty()
                    ? Optional.empty()
                    : score.flatMap(shift -> mixedUp(champion, scores, shift));
    score.ifPresent(shift -> moved.add("score"));
    return new ColumnChanges(phrases, moved, mixedUp);
  }

  /** Two columns that moved, each to where the other was. */
  private static Optional<String> swapped(
      Manifest champion, Rows recent, List<String> moved, Set<String> accepted) {
    Map<String, ReferenceDistribution> reference = champion.columnReference();
    List<Column> columns = champion.schema().columns();
    int[] numbers =
        IntStream.range(0, champion.schema().numericCount())
            .filter(j -> moved.contains(columns.get(j).name()))
            .filter(j -> !accepted.contains(columns.get(j).name()))
            .limit(MOST_PAIRED)
            .toArray();
    for (int one : numbers) {
      for (int other : numbers) {
        if (one < other
            && isLike(reference.get(columns.get(other).name()), recent, one)
            && isLike(reference.get(columns.get(one).name()), recent, other)) {
          return Optional.of(
              "columns '%s' and '%s' each have the values of the other, as if they were mixed up"
                  .formatted(columns.get(one).name(), columns.get(other).name()));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isLike(@Nullable ReferenceDistribution normal, Rows recent, int column) {
    double[] before = normal == null ? NONE : values(normal);
    double[] now = numbers(recent, column);
    if (before.length < 2 || now.length == 0 || !(NumericShift.spread(before) > 0)) {
      return false;
    }
    double[] some = OrderStatistics.evenlySpaced(now, Math.min(MOST_ROWS, now.length));
    return NumericShift.between(before, some, new SampleSizes(before.length, some.length))
            .distance()
        < MOVED / 2;
  }

  /** Rows without an alarm: anomalies among the others would look like drift. */
  private static Rows bulk(Rows recent, double[] scores, double threshold) {
    int[] quiet = IntStream.range(0, scores.length).filter(i -> scores[i] <= threshold).toArray();
    return quiet.length < FEWEST_BULK ? recent : recent.select(quiet);
  }

  /**
   * How the scores without an alarm moved up against those of the calibration; empty if they did
   * not, beyond chance and by enough to matter.
   *
   * @param scores of recent rows, by the champion
   */
  static Optional<NumericShift> scoreShift(Manifest champion, double[] scores) {
    double threshold = champion.threshold().current().score();
    double[] before = upTo(champion.calibration().scores(), threshold);
    double[] now = upTo(scores, threshold);
    if (before.length < 2 || now.length < 2 || !(NumericShift.spread(before) > 0)) {
      return Optional.empty();
    }
    double[] normal = OrderStatistics.evenlySpaced(before, Math.min(MOST_ROWS, before.length));
    double[] some = OrderStatistics.evenlySpaced(now, Math.min(MOST_ROWS, now.length));
    NumericShift shift =
        NumericShift.between(normal, some, new SampleSizes(normal.length, some.length));
    return shift.moved() > 0 && shift.distance() >= MOVED && shift.pValue() <= SURE
        ? Optional.of(shift)
        : Optional.empty();
  }

  /** What the origin's normal rows had, by numeric column: kept over retrainings. */
  static List<OriginColumn> origin(Manifest champion) {
    Manifest.Lineage lineage = champion.lineage();
    if (lineage != null) {
      return lineage.columns();
    }
    List<OriginColumn> columns = new ArrayList<>();
    champion
        .columnReference()
        .forEach(
            (name, normal) -> {
              double[] values = values(normal);
              if (values.length > 1 && NumericShift.spread(values) > 0) {
                columns.add(
                    new OriginColumn(
                        name, OrderStatistics.quantile(values, 0.5), NumericShift.spread(values)));
              }
            });
    columns.sort(Comparator.comparing(OriginColumn::name));
    return columns;
  }

  /**
   * @param moved whether it changed at all, beyond chance and by enough to change scores
   */
  private record Change(boolean moved, Optional<String> phrase) {}

  private static Change ofNumbers(
      Column column,
      ReferenceDistribution normal,
      Rows recent,
      int j,
      @Nullable OriginColumn origin,
      int columns) {
    double[] before = values(normal);
    double[] now = numbers(recent, j);
    if (recent.schema().ofText(j).isPresent()) {
      now = TextFigures.asNormal(before, now);
    }
    double missing = 1 - (double) now.length / recent.count();
    if (missing - normal.missingShare() >= GONE) {
      return new Change(
          true,
          Optional.of(
              "lacks a value in %s of rows, %s in normal ones"
                  .formatted(Figures.percent(missing), Figures.percent(normal.missingShare()))));
    }
    if (before.length < 2 || now.length == 0 || !(NumericShift.spread(before) > 0)) {
      return new Change(false, Optional.empty());
    }
    Optional<String> stuck = stuck(before, now);
    if (stuck.isPresent()) {
      return new Change(true, stuck);
    }
    double[] some = OrderStatistics.evenlySpaced(now, Math.min(MOST_ROWS, now.length));
    NumericShift shift =
        NumericShift.between(before, some, new SampleSizes(before.length, some.length));
    boolean moved = shift.distance() >= MOVED && shift.pValue() * columns <= SURE;
    if (column.type() != ColumnType.NUMERIC) {
      return new Change(moved, Optional.empty());
    }
    double factor =
        Double.isFinite(shift.factor()) ? shift.factor() : widthAlone(before, some, shift);
    if (moved && Double.isFinite(factor)) {
      return new Change(
          true,
          Optional.of(
              "is about %s times its normal values, as after a change of unit"
                  .formatted(Figures.of(Math.rint(factor * 100) / 100))));
    }
    if (moved && Math.abs(shift.moved()) > FAR) {
      return new Change(
          true,
          Optional.of(
              "moved by %s of its normal spread".formatted(Figures.of(round(shift.moved())))));
    }
    double sinceOrigin =
        origin == null
            ? 0
            : (OrderStatistics.quantile(now, 0.5) - origin.middle()) / origin.spread();
    return new Change(
        moved,
        Math.abs(sinceOrigin) > FAR
            ? Optional.of(
                "moved by %s of its normal spread since the model was fitted, over several retrainings"
                    .formatted(Figures.of(round(sinceOrigin))))
            : Optional.empty());
  }

  /**
   * Of values about 0 another unit changes the width alone: by what they are to be divided to lie
   * as they did; NaN if no one number does.
   *
   * @param before ascending; likewise {@code now}
   */
  static double widthAlone(double[] before, double[] now, NumericShift shift) {
    double factor = shift.widening();
    if (!(factor > 0) || Math.abs(Math.log(factor)) < Math.log(LEAST_FACTOR)) {
      return Double.NaN;
    }
    double[] back = Arrays.stream(now).map(value -> value / factor).toArray();
    NumericShift left =
        NumericShift.between(before, back, new SampleSizes(before.length, back.length));
    return left.distance() <= ALIKE ? factor : Double.NaN;
  }

  /** One value that many rows have now and hardly any normal row had. */
  private static Optional<String> stuck(double[] before, double[] now) {
    int from = 0;
    for (int i = 1; i <= now.length; i++) {
      if (i == now.length || now[i] != now[from]) {
        double value = now[from];
        double share = (double) (i - from) / now.length;
        // Of measurements nearly each is another value: to count them all among the normal ones
        // would take rows times rows.
        double usual =
            share < STUCK
                ? 0
                : (double) Arrays.stream(before).filter(v -> v == value).count() / before.length;
        if (isStuck(share, usual)) {
          return Optional.of(
              "is %s in %s of rows, in %s of normal ones, as a stuck sensor would be"
                  .formatted(Figures.of(value), Figures.percent(share), Figures.percent(usual)));
        }
        from = i;
      }
    }
    return Optional.empty();
  }

  /**
   * Whether so large a share of rows at one value is what a stuck sensor gives. Where numbers are
   * coarse a normal row may well have the value; the odds tell then, since what drifts does not
   * gather at one value.
   *
   * @param usual share of normal rows at that value
   */
  static boolean isStuck(double share, double usual) {
    boolean gathered =
        usual <= USUAL && share * (1 - usual) >= MOST_ODDS * usual * Math.max(0, 1 - share);
    return share >= STUCK && (usual <= HARDLY || gathered);
  }

  private static Change ofCategories(
      ReferenceDistribution normal, int referenceRows, Rows recent, int j) {
    Map<String, Double> before = normal.frequencies();
    if (before == null || recent.count() == 0) {
      return new Change(false, Optional.empty());
    }
    Map<String, Double> now = new HashMap<>();
    for (int i = 0; i < recent.count(); i++) {
      now.merge(recent.categorical(i, j), 1.0 / recent.count(), Double::sum);
    }
    Map<String, Double> all = new HashMap<>(before);
    all.merge("", normal.missingShare(), Double::sum);
    Set<String> names = new TreeSet<>(all.keySet());
    names.addAll(now.keySet());
    double[] reference = names.stream().mapToDouble(n -> all.getOrDefault(n, 0.0)).toArray();
    double[] shares = names.stream().mapToDouble(n -> now.getOrDefault(n, 0.0)).toArray();
    CategoryShift shift =
        CategoryShift.between(reference, shares, new SampleSizes(referenceRows, recent.count()));
    double changed = shift.changed();
    return new Change(
        changed >= MOVED / 2 && shift.pValue() <= SURE,
        changed >= OTHER
            ? Optional.of("has other categories in %s of rows".formatted(Figures.percent(changed)))
            : Optional.empty());
  }

  /** Where no column moved and the bulk of the scores did, and more rows are alarms. */
  private static Optional<String> mixedUp(Manifest champion, double[] scores, NumericShift shift) {
    double threshold = champion.threshold().current().score();
    double most = champion.threshold().current().falseAlarmRateUpperBound();
    long alarms = Arrays.stream(scores).filter(score -> score > threshold).count();
    return ClopperPearson.lowerBound(alarms, scores.length, 1 - SURE) > MORE * most
        ? Optional.of(
            "scores went up by %s of their spread and alarms to %s of rows, but no column moved by itself"
                .formatted(
                    Figures.of(round(shift.moved())),
                    Figures.percent((double) alarms / scores.length)))
        : Optional.empty();
  }

  private static double[] upTo(double[] scores, double most) {
    return Arrays.stream(scores).filter(s -> s <= most).sorted().toArray();
  }

  private static double[] numbers(Rows rows, int j) {
    return IntStream.range(0, rows.count())
        .mapToDouble(i -> rows.numeric(i, j))
        .filter(Double::isFinite)
        .sorted()
        .toArray();
  }

  private static double[] values(ReferenceDistribution normal) {
    float[] values = normal.values();
    return values == null
        ? NONE
        : Stream.of(values)
            .flatMapToDouble(v -> IntStream.range(0, v.length).mapToDouble(i -> v[i]))
            .toArray();
  }

  private static double round(double value) {
    return Math.rint(value * 100) / 100;
  }
}
