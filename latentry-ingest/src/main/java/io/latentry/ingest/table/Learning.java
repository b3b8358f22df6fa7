package io.latentry.ingest.table;

import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnRole;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.LeftOutColumn;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Novelty;
import io.latentry.core.data.NoveltyPolicy;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.text.TextColumn;
import io.latentry.core.text.TextFeature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What columns are like among some rows, and what they never were there. */
final class Learning {
  private static final String CONSTANT = "constant in the training rows";

  /** Seconds that moments are, unless they are years from all others. */
  private static final List<Double> WITHIN_THE_WEEK = List.of(0.0, 604_800.0);

  /** From here on float32 cannot tell every whole number from the next. */
  private static final float WHOLE_FLOATS = 1 << 24;

  /**
   * Share of normal rows up to which a novelty is one: what new rows show more often says little
   * alone, and is left to what the model makes of it.
   */
  private static final double RARE = 0.005;

  /** The same of forms of identifiers, each of which is another: they shall hardly alarm. */
  private static final double RARE_FORM = 0.001;

  /** Columns of texts; their counts go into the model's file. */
  static final int TEXTS_AT_MOST = 64;

  /** Nats. */
  private static final double TWICE_AS_RARE = Math.log(2);

  private static final String ONE_FORM = "texts of one form, such as identifiers";

  /** Rows that differ from the most frequent value, from which equal columns are no chance. */
  private static final int TELLING_ROWS = 20;

  private final Table table;
  private final int[] rows;
  private final List<Found> found = new ArrayList<>();
  private final List<LeftOutColumn> leftOut;
  private final List<TextColumn> texts = new ArrayList<>();
  private int forms;

  /** The features of texts, by column. */
  private final Map<String, float[]> features = new HashMap<>();

  /** Rows in which a column that was otherwise always the same, or whole, is not. */
  private final int[] moved;

  private final int[] strayed;

  /** Whether an identifier has a form of its own in a row. */
  private final BitSet formed = new BitSet();

  /** A column so far, and what it is compared with. */
  private static final class Found {
    final TableLayout.Input input;
    Column column;

    /** Smallest and largest number, as the model takes them. */
    float min;

    float max;

    /** Rows without a value. */
    int missing;

    boolean whole;
    boolean twoValues;

    /** Of the range, beyond which by as much a value is far. */
    double leastWidth;

    @Nullable String twin;

    /** Of an identifier, what its form may be. */
    @Nullable List<Double> form;

    /** Places of rows with a category that no other has. */
    int[] rare = {};

    Found(TableLayout.Input input, Column column) {
      this.input = input;
      this.column = column;
    }

    List<Double> limits() {
      return List.of((double) min, (double) max);
    }

    NoveltyPolicy policy() {
      return input.choice().novelty().orElse(NoveltyPolicy.ANOMALY);
    }
  }

  /** Whether rows are points of series, whose measured channels drift. */
  private final boolean series;

  private Learning(Table table, int[] rows, boolean series) {
    this.series = series;
    this.table = table;
    this.rows = rows;
    this.leftOut = new ArrayList<>(table.layout().leftOut());
    this.moved = new int[rows.length];
    this.strayed = new int[rows.length];
  }

  /**
   * @param series whether a measured channel that leaves what it was is no novelty
   * @throws DataException if no column has any variety
   */
  static LearnedColumns of(Table table, int[] rows, boolean series) {
    return new Learning(table, rows, series).learned();
  }

  private LearnedColumns learned() {
    for (TableLayout.Input input : table.layout().inputs()) {
      if (input.type() == ColumnType.TEXT) {
        findTexts(input);
      } else if (input.type() == ColumnType.CATEGORICAL) {
        findCategories(input);
      } else {
        findNumbers(input);
      }
    }
    // After all else, so that no name of theirs stands in the way of a column's.
    if (!series) {
      table.layout().identifiers().forEach(this::findForm);
    }
    findTwins();
    found.removeIf(this::isOfNoUse);
    if (found.stream().allMatch(f -> f.column.isWatched())) {
      throw new DataException(
          "%s: every column is constant in the %,d training rows (expected: one with variety)%s"
              .formatted(table.source(), rows.length, hint()));
    }
    return new LearnedColumns(
        Schema.ordered(withNovelty(), leftOut.stream().distinct().toList(), textsFound()),
        novelty());
  }

  private float[] numbersOf(String column) {
    float[] ofText = features.get(column);
    return ofText == null ? table.numbersOf(column) : ofText;
  }

  /** Each feature of a text is a column of numbers, and found as they are. */
  private void findTexts(TableLayout.Input input) {
    if (texts.size() == TEXTS_AT_MOST) {
      leaveOut(input, "text; more than %d columns of it".formatted(TEXTS_AT_MOST));
      return;
    }
    TextFit fit = TextFit.of(input.name(), table.codesOf(input.name()), rows);
    List<TextFeature> told = fit.telling();
    if (told.isEmpty()) {
      leaveOut(input, fit.given() == 0 ? "every value is missing" : ONE_FORM);
      return;
    }
    TextColumn text = fit.column(told);
    Optional<String> taken = told.stream().map(text::columnOf).filter(table::has).findFirst();
    if (taken.isPresent()) {
      leaveOut(input, "a feature of it would be called as the column '" + taken.get() + "'");
      return;
    }
    texts.add(text);
    for (TextFeature feature : told) {
      String name = text.columnOf(feature);
      features.put(name, fit.values(feature, table.count()));
      findNumbers(
          new TableLayout.Input(name, ColumnType.NUMERIC, NumberForm.PLAIN, input.choice(), 0));
      Found one = found.get(found.size() - 1);
      if (feature.grain().isPresent()) {
        // Training rows are measured against the others, new ones against all: nothing is exact.
        one.twoValues = false;
        one.whole = false;
        one.leastWidth = TWICE_AS_RARE;
      }
    }
  }

  private void findForm(TableLayout.Input input) {
    if (input.type().isNumericInput()) {
      findNumberedRows(input);
      return;
    }
    Table.Coded coded = table.codesOf(input.name());
    if (forms++ >= TEXTS_AT_MOST
        || IntStream.of(rows).allMatch(row -> coded.codes()[row] == Table.MISSING_CODE)) {
      return;
    }
    FormFit fit = FormFit.of(input.name(), coded, rows);
    List<TextFeature> watched = new ArrayList<>();
    int missing =
        (int) IntStream.of(rows).filter(row -> coded.codes()[row] == Table.MISSING_CODE).count();
    for (FormFit.Feature one : fit.features()) {
      String name = fit.text().columnOf(one.feature());
      if (isNewByChance(one.lone()) || table.has(name)) {
        continue;
      }
      watched.add(one.feature());
      features.put(name, one.values());
      addForm(
          new TableLayout.Input(name, ColumnType.NUMERIC, NumberForm.PLAIN, input.choice(), 0),
          one.values(),
          missing,
          one.limits());
    }
    fit.text().with(watched).ifPresent(texts::add);
  }

  /** Numbers that count rows go on, and are whole. */
  private void findNumberedRows(TableLayout.Input input) {
    float[] values = table.numbersOf(input.name());
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    int missing = 0;
    for (int row : rows) {
      missing += Float.isNaN(values[row]) ? 1 : 0;
      if (Float.isFinite(values[row])) {
        least = Math.min(least, values[row]);
        most = Math.max(most, values[row]);
      }
    }
    if (least <= most) {
      double width = most - least;
      double scale = Math.pow(10, FormFit.DIGITS);
      addForm(
          input,
          values,
          missing,
          List.of(
              Math.max(-Float.MAX_VALUE, least < 0 ? Math.min(scale * least, least - width) : 0),
              Math.min(Float.MAX_VALUE, Math.max(scale * most, most + width))));
    }
  }

  private void addForm(TableLayout.Input input, float[] values, int missing, List<Double> limits) {
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (int row : rows) {
      if (Float.isFinite(values[row])) {
        min = Math.min(min, values[row]);
        max = Math.max(max, values[row]);
      }
    }
    MissingPolicy asked = input.choice().missing().orElse(MissingPolicy.IMPUTE);
    MissingPolicy policy =
        asked == MissingPolicy.ANOMALY && rarity(missing) == 0 ? MissingPolicy.IMPUTE : asked;
    Found one =
        new Found(
            input, Column.numeric(input.name(), ColumnType.NUMERIC, policy, min, max).identifier());
    one.form = limits;
    one.missing = missing;
    found.add(one);
  }

  /** Whether so many rows have a form of their own that new ones will; else notes these rows. */
  private boolean isNewByChance(int[] lone) {
    BitSet all = (BitSet) formed.clone();
    IntStream.of(lone).forEach(all::set);
    if (lone.length > 0 && all.cardinality() + 1 > RARE_FORM * (rows.length + 1)) {
      return true;
    }
    formed.or(all);
    return false;
  }

  private void leaveOut(TableLayout.Input input, String reason) {
    leftOut.add(new LeftOutColumn(input.name(), input.type(), reason));
  }

  /** The texts, with those of their features that are still columns. */
  private List<TextColumn> textsFound() {
    List<String> columns = found.stream().map(f -> f.column.name()).toList();
    return texts.stream()
        .map(
            text ->
                text.with(
                    text.features().stream()
                        .filter(feature -> columns.contains(text.columnOf(feature)))
                        .toList()))
        .flatMap(Optional::stream)
        .toList();
  }

  private void findNumbers(TableLayout.Input input) {
    float[] values = numbersOf(input.name());
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    int missing = 0;
    boolean whole =
        input.type() == ColumnType.NUMERIC && input.offset() == Math.rint(input.offset());
    for (int row : rows) {
      float value = values[row];
      if (Float.isNaN(value)) {
        missing++;
      } else if (!Float.isInfinite(value)) {
        whole &= value == Math.rint(value);
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    MissingPolicy policy = missingPolicy(input, missing);
    Column column =
        min > max
            ? new Column(
                input.name(),
                input.type(),
                ColumnRole.WATCHED,
                policy,
                UnseenPolicy.REJECT,
                null,
                List.of(),
                null,
                null,
                null)
            : measured(input, policy, min, max);
    // A constant that is missing here and there still tells something: that it is missing.
    // A series goes on: its later points are of later dates.
    if (input.type() == ColumnType.TIMESTAMP && min <= max && !series) {
      column = withDates(column);
    }
    Found one = new Found(input, min == max && missing == 0 ? column.watched() : column);
    one.min = min;
    one.max = max;
    one.missing = missing;
    one.whole = whole;
    one.twoValues = isOneOf(values, min, max);
    found.add(one);
    count(moved, LoneRows.differing(values, rows));
    if (input.type() == ColumnType.NUMERIC && !series) {
      count(moved, LoneRows.fractional(values, rows));
      if (!one.twoValues) {
        count(strayed, LoneRows.far(values, rows));
      }
    }
  }

  /** A column of numbers between two, which are centred as the table's are. */
  private static Column measured(
      TableLayout.Input input, MissingPolicy missing, float min, float max) {
    Column column = Column.numeric(input.name(), input.type(), missing, min, max);
    if (input.offset() == 0) {
      return column;
    }
    Column centred = column.less(input.offset());
    double least = centred.inOwnUnit(min);
    double most = centred.inOwnUnit(max);
    return Column.numeric(input.name(), input.type(), missing, least, most).less(input.offset());
  }

  private Column withDates(Column column) {
    float[] days = table.daysOf(column.name());
    double first = Double.POSITIVE_INFINITY;
    double last = Double.NEGATIVE_INFINITY;
    for (int row : rows) {
      if (!Float.isNaN(days[row])) {
        first = Math.min(first, days[row]);
        last = Math.max(last, days[row]);
      }
    }
    return column.within(first, last);
  }

  /** Whether every value is the smallest or the largest. */
  private boolean isOneOf(float[] values, float min, float max) {
    for (int row : rows) {
      float value = values[row];
      if (Float.isFinite(value) && value != min && value != max) {
        return false;
      }
    }
    return true;
  }

  private void findCategories(TableLayout.Input input) {
    Table.Coded coded = table.codesOf(input.name());
    long[] frequencies = new long[coded.dictionary().size()];
    int missing = 0;
    for (int row : rows) {
      int code = coded.codes()[row];
      if (code == Table.MISSING_CODE) {
        missing++;
      } else {
        frequencies[code]++;
      }
    }
    int[] known =
        IntStream.range(0, frequencies.length)
            .filter(code -> frequencies[code] > 0)
            .boxed()
            .sorted(
                Comparator.comparingLong((Integer code) -> -frequencies[code])
                    .thenComparing(coded.dictionary()::get))
            .limit(Table.CATEGORIES_AT_MOST)
            .mapToInt(Integer::intValue)
            .toArray();
    Column column =
        Column.categorical(
            input.name(),
            missingPolicy(input, missing),
            input.choice().unseen().orElse(UnseenPolicy.OTHER),
            IntStream.of(known).mapToObj(coded.dictionary()::get).toList());
    boolean only = known.length == 0 || (known.length == 1 && missing == 0);
    Found one = new Found(input, only ? column.watched() : column);
    one.missing = missing;
    BitSet listed = new BitSet();
    IntStream.of(known).forEach(listed::set);
    one.rare = LoneRows.ofRareCategories(coded.codes(), frequencies, listed, rows);
    found.add(one);
  }

  private static void count(int[] byRow, int[] places) {
    for (int place : places) {
      byRow[place]++;
    }
  }

  private MissingPolicy missingPolicy(TableLayout.Input input, int missing) {
    MissingPolicy policy =
        input.choice().missing().orElse(missing > 0 ? MissingPolicy.IMPUTE : MissingPolicy.REJECT);
    // What many normal rows lack, and all the more what all lack, is nothing new where it lacks.
    return policy == MissingPolicy.ANOMALY && rarity(missing) == 0 ? MissingPolicy.IMPUTE : policy;
  }

  /**
   * Columns of one type that have the same value in every row: the first of them is the model's.
   */
  private void findTwins() {
    Map<Long, List<Found>> byContent = new HashMap<>();
    for (Found one : found) {
      if (one.column.isWatched()) {
        continue;
      }
      List<Found> alike = byContent.computeIfAbsent(contentOf(one), hash -> new ArrayList<>());
      Optional<Found> first =
          alike.stream().filter(other -> isLike(other, one) && isTwin(other, one)).findFirst();
      if (first.isPresent()) {
        one.twin = first.get().column.name();
        one.column = one.column.watched();
      } else {
        alike.add(one);
      }
    }
  }

  private long contentOf(Found one) {
    long hash = 1;
    if (one.input.type() == ColumnType.CATEGORICAL) {
      Table.Coded coded = table.codesOf(one.column.name());
      for (int row : rows) {
        hash = LongSet.mix(hash ^ coded.text(row).hashCode());
      }
    } else {
      float[] values = numbersOf(one.column.name());
      for (int row : rows) {
        hash = LongSet.mix(hash ^ Float.floatToIntBits(values[row] + 0f));
      }
    }
    return hash;
  }

  private static boolean isLike(Found first, Found second) {
    return first.input.type() == second.input.type()
        && first.input.offset() == second.input.offset();
  }

  private boolean isTwin(Found first, Found second) {
    Map<Object, Integer> frequencies = new HashMap<>();
    boolean texts = first.input.type() == ColumnType.CATEGORICAL;
    for (int row : rows) {
      Object one =
          texts
              ? table.codesOf(first.column.name()).text(row)
              : (Object) (numbersOf(first.column.name())[row] + 0f);
      Object other =
          texts
              ? table.codesOf(second.column.name()).text(row)
              : (Object) (numbersOf(second.column.name())[row] + 0f);
      if (!one.equals(other)) {
        return false;
      }
      frequencies.merge(one, 1, Integer::sum);
    }
    int most = frequencies.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return rows.length - most >= TELLING_ROWS;
  }

  /** Columns without variety that nobody wants watched, or that cannot be. */
  private boolean isOfNoUse(Found one) {
    if (!one.column.isWatched() || one.column.isIdentifier()) {
      return false;
    }
    String reason = null;
    if (one.policy() == NoveltyPolicy.IGNORE) {
      reason = one.twin == null ? constancy(one) : "same content as '" + one.twin + "'";
    } else if (one.input.type() == ColumnType.TIMESTAMP && one.twin == null) {
      reason = constancy(one) + "; a date is expected to move on";
    } else if (SchemaInference.isCalledIdentifier(one.column.name()) && one.twin == null) {
      reason = constancy(one) + "; its name is that of an identifier";
    }
    if (reason != null) {
      leftOut.add(new LeftOutColumn(one.column.name(), one.input.type(), reason));
    }
    return reason != null;
  }

  private static boolean isLostToRounding(Found one) {
    Double only = one.column.min();
    return one.twin == null
        && only != null
        && one.column.offset() == null
        && Math.abs(only) >= WHOLE_FLOATS;
  }

  private static String constancy(Found one) {
    if (isLostToRounding(one)) {
      return CONSTANT
          + String.format(
              Locale.ROOT,
              " to the 7 digits that are kept; subtract %.0f from it if the others matter",
              one.column.min());
    }
    return one.column.isAlwaysMissing() ? "every value is missing" : CONSTANT;
  }

  private String hint() {
    return found.stream()
        .filter(Learning::isLostToRounding)
        .findFirst()
        .map(one -> "; column '" + one.column.name() + "': " + constancy(one))
        .orElse("");
  }

  private List<Column> withNovelty() {
    return found.stream().map(one -> one.column.with(novelty(one))).toList();
  }

  private @Nullable Novelty novelty(Found one) {
    if (one.policy() == NoveltyPolicy.IGNORE) {
      return null;
    }
    Column column = one.column;
    if (one.form != null) {
      boolean numbered = features.get(column.name()) == null;
      return novelty(one, surprise(formed.cardinality()), one.form, numbered, false);
    }
    if (one.twin != null) {
      return novelty(one, surprise(0), null, false, false);
    }
    if (one.input.type() == ColumnType.CATEGORICAL) {
      // Where that it is missing is told, what is often new is told too, by how often it is.
      double surprise =
          column.missing() == MissingPolicy.ANOMALY ? surprise(one.rare.length) : ofRare(one);
      return surprise > 0
          ? novelty(one, surprise, null, false, column.categories().isEmpty())
          : null;
    }
    if (column.range() == null) {
      return novelty(one, ofMoved(), null, false, true);
    }
    return switch (column.type()) {
      case BOOLEAN ->
          novelty(
              one, ofMoved(), column.isWatched() ? one.limits() : List.of(0.0, 1.0), true, false);
      case NUMERIC -> {
        if (series && !column.isWatched()) {
          yield column.missing() == MissingPolicy.ANOMALY
              ? novelty(one, surprise(0), null, false, false)
              : null;
        }
        if (one.twoValues) {
          yield novelty(one, ofMoved(), one.limits(), one.whole, false);
        }
        double far = ofStrayed();
        double width = Math.max(one.leastWidth, (double) one.max - one.min);
        List<Double> limits =
            List.of(
                Math.max(-Float.MAX_VALUE, one.min - width),
                Math.min(Float.MAX_VALUE, one.max + width));
        if (!one.whole) {
          if (far > 0) {
            yield novelty(one, far, limits, false, false);
          }
          yield column.missing() == MissingPolicy.ANOMALY
              ? novelty(one, surprise(0), null, false, false)
              : null;
        }
        yield far == 0
            ? novelty(one, ofMoved(), null, true, false)
            : novelty(one, Math.min(far, ofMoved()), limits, true, false);
      }
      default -> novelty(one, surprise(0), WITHIN_THE_WEEK, false, false);
    };
  }

  private Novelty novelty(
      Found one, double surprise, @Nullable List<Double> limits, boolean whole, boolean given) {
    Long lacking =
        one.missing > 0 && one.column.missing() == MissingPolicy.ANOMALY
            ? (long) one.missing
            : null;
    return new Novelty(
        one.policy(), surprise, rows.length, limits, whole, given, one.twin, lacking);
  }

  /** Nats, if {@code seen} of the rows were so. */
  private double surprise(int seen) {
    return Math.log((rows.length + 1.0) / (seen + 1.0));
  }

  /** As {@link #surprise}, but none where it is no rarity. */
  private double rarity(int seen) {
    boolean rare = seen == 0 || seen + 1 <= RARE * (rows.length + 1);
    return rare ? surprise(seen) : 0;
  }

  private double ofMoved() {
    return surprise(rowsWith(moved));
  }

  private double ofStrayed() {
    return rarity(rowsWith(strayed));
  }

  private double ofRare(Found one) {
    return one.column.isWatched() ? ofMoved() : rarity(one.rare.length);
  }

  private static int rowsWith(int[] byRow) {
    return (int) Arrays.stream(byRow).filter(times -> times > 0).count();
  }

  /** Of each row, if the others alone had been seen. */
  private double[] novelty() {
    double[] nats = new double[rows.length];
    // Each looks at all rows.
    double ofMoved = ofMoved();
    double ofStrayed = ofStrayed();
    double ofForm = surprise(formed.cardinality());
    for (int i = 0; i < nats.length; i++) {
      nats[i] = moved[i] * ofMoved + strayed[i] * ofStrayed + (formed.get(i) ? ofForm : 0);
    }
    for (Found one : found) {
      double ofRare = one.policy() == NoveltyPolicy.IGNORE ? 0 : ofRare(one);
      for (int place : one.rare) {
        nats[place] += ofRare;
      }
    }
    return nats;
  }
}
