package io.latentry.pipeline.data;

import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.calibration.RecentLevel;
import io.latentry.core.calibration.Smoothing;
import io.latentry.core.calibration.ThresholdFit;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.KeyScale;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.Perturber;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.evaluation.WindowPerturbations;
import io.latentry.core.preprocessing.LagPreprocessor;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.core.series.PointCodes;
import io.latentry.core.series.SeriesSettings;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.SchemaInference;
import io.latentry.ingest.table.Table;
import io.latentry.ingest.table.TableLayout;
import io.latentry.ingest.table.TableLoader;
import io.latentry.ingest.table.TableProfile;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.SeriesConfig;
import io.latentry.training.engine.PreparedSamples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A table whose rows are points of series, as a fit learns from it: its samples are windows, key by
 * key in order of time. A window holds no gap and no point with another label.
 *
 * <p>Where the series is resampled, points are cells, and a sample is the window of a row: whole
 * cells and, last, the row's own as it is known with that row. All of them calibrate, since all
 * will be judged; those whose last cell is whole train.
 */
public final class SeriesData implements TrainingData {
  /** Values of all windows that train: more would say nothing new, and fill the memory. */
  private static final long MOST_TRAINING_VALUES = 24_000_000;

  private static final int MOST_TRAINING_WINDOWS = 50_000;
  private static final int FEWEST_TRAINING_WINDOWS = 2_000;

  private static final int WINDOWS_TO_MEASURE = 4_000;

  /** Of a point's: an entry that hardly moves is not blown up. */
  private static final double LEAST_DEVIATION = 0.02;

  private final Table table;
  private final List<String> files;
  private final Schema schema;
  private final SeriesSettings settings;
  private final WindowSpec spec;
  private final SeriesOrder order;

  /** {@code KeyScale[keys]}: null where numbers are taken as they stand. */
  private final @Nullable KeyScale[] ofKey;

  /** {@code float[points * channels]}, in the order of {@link SeriesOrder}. */
  private final float[] points;

  /** The last point of each normal window, ascending. */
  private final int[] ends;

  /** The row that each normal window is judged for. */
  private final int[] rows;

  /** Whether a normal window is made of whole points. */
  private final boolean[] whole;

  /** The place of each normal window's row among those of all points: of two, one follows. */
  private final int[] sequence;

  /** Whether a normal window calibrates and never trains. */
  private final boolean[] apartFromTraining;

  /** Nats, of the judged point of each normal window. */
  private final double[] novelty;

  /** The last point of each window whose judged point has another label. */
  private final int[] otherEnds;

  /** The row that each of these is judged for. */
  private final int[] otherRows;

  private final int other;

  private SeriesData(
      Table table,
      List<String> files,
      ChosenRows chosen,
      SeriesSettings settings,
      SeriesOrder order,
      float[] points,
      boolean[] labelledOther,
      Picked picked) {
    this.table = table;
    this.files = files;
    this.schema = chosen.schema();
    this.settings = settings;
    this.spec = settings.spec(schema);
    this.order = order;
    this.ofKey = new KeyScale[order.keys()];
    Arrays.setAll(ofKey, key -> settings.scale(order.keyName(key)));
    this.points = points;
    for (int p = 0; p < order.count(); p++) {
      KeyScale own = ofKey[order.key(p)];
      if (own != null) {
        own.scale(points, p * spec.width());
      }
    }
    double[] surprise = new double[table.count()];
    Arrays.fill(surprise, Double.NaN);
    for (int i = 0; i < chosen.usable().length; i++) {
      surprise[chosen.usable()[i]] = chosen.novelty()[i];
    }
    Windowed normal = new Windowed(order.count());
    Windowed strange = new Windowed(0);
    int lastOther = -1;
    int lastUntaught = -1;
    int sequenced = 0;
    for (int end = 0; end < order.count(); end++) {
      // A window that ends with a point that was filled in is made by no scorer.
      int[] members = order.rows(end);
      // A scorer goes on behind an empty cell, as does the smoothing of its scores.
      sequenced += members.length == 0 && !order.isResampled() ? 1 : 0;
      for (int k = 0; k < members.length; k++) {
        boolean out = labelledOther[members[k]] || picked.leftOut().test(members[k]);
        lastOther = out ? end : lastOther;
        lastUntaught = picked.onlyCalibrates().test(members[k]) ? end : lastUntaught;
        sequenced++;
        if (!order.holds(end, spec.size())) {
          continue;
        }
        int judged = spec.delay() == 0 ? members[k] : order.row(end - spec.delay());
        if (judged >= 0 && labelledOther[judged]) {
          strange.add(end, judged, false, false, sequenced);
        } else if (judged >= 0
            && lastOther <= end - spec.size()
            && !Double.isNaN(surprise[judged])) {
          normal.add(
              end,
              judged,
              k == members.length - 1 && order.isWhole(end),
              lastUntaught > end - spec.size(),
              sequenced);
        }
      }
    }
    this.ends = Arrays.copyOf(normal.ends, normal.count);
    this.rows = Arrays.copyOf(normal.rows, normal.count);
    this.whole = Arrays.copyOf(normal.whole, normal.count);
    this.sequence = Arrays.copyOf(normal.sequence, normal.count);
    this.apartFromTraining = Arrays.copyOf(normal.untaught, normal.count);
    this.otherEnds = Arrays.copyOf(strange.ends, strange.count);
    this.otherRows = Arrays.copyOf(strange.rows, strange.count);
    this.novelty = IntStream.of(rows).mapToDouble(row -> surprise[row]).toArray();
    int labelled = 0;
    for (boolean is : labelledOther) {
      labelled += is ? 1 : 0;
    }
    this.other = labelled;
  }

  /** Windows one after the other, as many as come. */
  private static final class Windowed {
    private int[] ends;
    private int[] rows;
    private boolean[] whole;
    private boolean[] untaught;
    private int[] sequence;
    private int count;

    Windowed(int windows) {
      ends = new int[windows];
      rows = new int[windows];
      whole = new boolean[windows];
      untaught = new boolean[windows];
      sequence = new int[windows];
    }

    void add(int end, int row, boolean isWhole, boolean isUntaught, int place) {
      if (count == ends.length) {
        int length = count + count / 2 + 1;
        ends = Arrays.copyOf(ends, length);
        rows = Arrays.copyOf(rows, length);
        whole = Arrays.copyOf(whole, length);
        untaught = Arrays.copyOf(untaught, length);
        sequence = Arrays.copyOf(sequence, length);
      }
      ends[count] = end;
      rows[count] = row;
      whole[count] = isWhole;
      untaught[count] = isUntaught;
      sequence[count++] = place;
    }
  }

  /**
   * What is done with single rows of the data, counted from 0.
   *
   * @param leftOut no window that is learned from holds one
   * @param onlyCalibrates no window that trains holds one
   */
  private record Picked(IntPredicate leftOut, IntPredicate onlyCalibrates) {
    static final Picked ALL = new Picked(row -> false, row -> false);
  }

  /**
   * Reads {@code patterns}, orders the points and cuts the windows.
   *
   * @throws DataException if there is no time, or no run of points that is long enough
   */
  public static SeriesData read(
      List<String> patterns, StandardInput input, DataConfig config, Progress listener) {
    try (DataSource source = DataSource.open(patterns, config.readOptions(), input)) {
      listener.stage("reading " + source.name());
      return read(source, Profiler.profile(source, listener.reading()), config, listener);
    }
  }

  /**
   * The same without some rows of the data, counted from 0.
   *
   * @param leftOut no window that is learned from holds one
   * @param onlyCalibrates no window that trains holds one
   */
  public static SeriesData read(
      List<String> patterns,
      StandardInput input,
      DataConfig config,
      IntPredicate leftOut,
      IntPredicate onlyCalibrates,
      Progress listener) {
    try (DataSource source = DataSource.open(patterns, config.readOptions(), input)) {
      listener.stage("reading " + source.name());
      return read(
          source,
          Profiler.profile(source, listener.reading()),
          config,
          new Picked(leftOut, onlyCalibrates),
          listener);
    }
  }

  /** The same of an open source and its profile. */
  public static SeriesData read(
      DataSource source, TableProfile profile, DataConfig config, Progress listener) {
    return read(source, profile, config, Picked.ALL, listener);
  }

  private static SeriesData read(
      DataSource source,
      TableProfile profile,
      DataConfig config,
      Picked picked,
      Progress listener) {
    SeriesConfig series =
        Optional.ofNullable(config.series())
            .orElseThrow(() -> new IllegalArgumentException("series: none (expected: one)"));
    profile.notices().forEach(listener::notice);
    TableLayout layout = layout(profile, config, listener);
    Table read = TableLoader.load(source, profile, layout, listener.reading());
    boolean[] other = other(read, config);
    boolean[] out = other.clone();
    for (int row = 0; row < out.length; row++) {
      out[row] |= picked.leftOut().test(row);
    }
    SeriesOrder order = SeriesOrder.of(read, profile, config, listener::notice);
    Table table = order.seen(read);
    int[] candidates =
        IntStream.range(0, order.count())
            .flatMap(point -> untouched(order.rows(point), out))
            .sorted()
            .toArray();
    if (candidates.length == 0) {
      throw new DataException(
          "normal: no point with label '%s' has a time (expected: at least a window of them)"
              .formatted(config.normal()));
    }
    ChosenRows chosen = ChosenRows.ofSeries(table, candidates);
    int window = SeriesWindow.of(series, chosen.schema(), table, order, listener::notice);
    SeriesSettings settings = order.settings(config, window);
    float[] points = coded(table, chosen.schema(), order);
    boolean[] normal = new boolean[order.count()];
    for (int p = 0; p < normal.length; p++) {
      int[] members = order.rows(p);
      normal[p] = members.length > 0 && untouched(members, out).count() == members.length;
    }
    SeriesSettings scaled =
        new KeyLevels(chosen.schema(), order, points, normal)
            .chosen(series.scale(), order, listener::notice)
            .map(settings::withScales)
            .orElse(settings);
    SeriesData data =
        new SeriesData(table, source.names(), chosen, scaled, order, points, other, picked);
    TableData.tellWatched(chosen.schema(), listener);
    TableData.tellOftenMissing(layout, chosen.schema(), listener);
    data.tell(listener);
    return data;
  }

  /** The rows of a point up to the first that has another label. */
  private static IntStream untouched(int[] members, boolean[] other) {
    return IntStream.of(members).takeWhile(row -> !other[row]);
  }

  private static TableLayout layout(TableProfile profile, DataConfig config, Progress listener) {
    TableLayout all = SchemaInference.infer(profile, config.inferenceOptions());
    List<String> texts =
        all.inputs().stream()
            .filter(input -> input.type() == ColumnType.TEXT)
            .map(TableLayout.Input::name)
            .toList();
    texts.forEach(
        name -> listener.notice("column '" + name + TableData.LEFT_OUT + "text, in a series"));
    List<String> exclude = new ArrayList<>(config.exclude());
    exclude.addAll(texts);
    TableLayout layout =
        texts.isEmpty()
            ? all
            : SchemaInference.infer(profile, config.inferenceOptions().withExclude(exclude));
    layout.leftOut().stream()
        .filter(c -> !c.reason().equals(SchemaInference.EXCLUDED))
        .forEach(c -> listener.notice("column '" + c.name() + TableData.LEFT_OUT + c.reason()));
    return layout.withoutIdentifiers();
  }

  /** {@code boolean[rows]}: which have another label. */
  private static boolean[] other(Table table, DataConfig config) {
    boolean[] other = new boolean[table.count()];
    String[] labels = table.labels().orElse(null);
    for (int row = 0; labels != null && row < other.length; row++) {
      other[row] = !labels[row].equals(config.normal());
    }
    return other;
  }

  private static float[] coded(Table table, Schema schema, SeriesOrder order) {
    int width = schema.columns().size();
    float[] points = new float[Math.multiplyExact(order.count(), width)];
    Arrays.fill(points, Float.NaN);
    PointCodes codes = new PointCodes(schema);
    int batch = 8_192;
    for (int from = 0; from < order.count(); from += batch) {
      int[] places =
          IntStream.range(from, Math.min(order.count(), from + batch))
              .filter(point -> order.row(point) >= 0)
              .toArray();
      float[] values = codes.of(table.rows(schema, IntStream.of(places).map(order::row).toArray()));
      for (int i = 0; i < places.length; i++) {
        System.arraycopy(values, i * width, points, places[i] * width, width);
      }
    }
    return points;
  }

  /** The scale of each point's key, null where it is taken as it stands. */
  private @Nullable KeyScale[] scales(int[] places) {
    @Nullable KeyScale[] scales = new KeyScale[places.length];
    for (int i = 0; i < places.length; i++) {
      scales[i] = ofKey[order.key(places[i])];
    }
    return scales;
  }

  /** As the model takes them. */
  private Rows scaled(Rows rows, int[] places) {
    @Nullable KeyScale[] scales = scales(places);
    int numbers = schema.numericCount();
    float[] numeric = rows.numeric().clone();
    @Nullable String[] faults = new String[rows.count()];
    for (int i = 0; i < rows.count(); i++) {
      KeyScale own = scales[i];
      if (own != null) {
        own.scale(numeric, i * numbers);
      }
      faults[i] = rows.fault(i);
    }
    return new Rows(schema, rows.count(), numeric, rows.categorical(), faults);
  }

  private void tell(Progress listener) {
    listener.notice(
        "series: "
            + order.keys()
            + (order.keys() == 1 ? " key, " : " keys, ")
            + (settings.hasCells() ? "rows in cells of " : "a point every ")
            + settings.clock().span(settings.interval())
            + ", windows of "
            + settings.window()
            + (settings.hasCells() ? " cells, " : " points, ")
            + wholeOnes(IntStream.range(0, ends.length).toArray()).length
            + " of them normal");
    if (wholeOnes(IntStream.range(0, ends.length).toArray()).length < DataSplit.FEWEST_ROWS) {
      throw new DataException(
          "window: %d points (expected: fewer; the longest run without a gap%s has %d points, and %d windows are to be learned from); set --window, or --gaps hold"
              .formatted(
                  spec.size(),
                  other > 0 ? " or a point with another label" : "",
                  order.longestRun(),
                  DataSplit.FEWEST_ROWS));
    }
  }

  @Override
  public WindowSpec spec() {
    return spec;
  }

  @Override
  public Optional<SeriesSettings> series() {
    return Optional.of(settings);
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public List<String> files() {
    return files;
  }

  @Override
  public String digest() {
    return table.digest();
  }

  @Override
  public Counts counts() {
    return new Counts(
        table.count(),
        table.count(),
        ends.length,
        other,
        (long) table.count() - other - ends.length);
  }

  @Override
  public Map<String, NumberForm> numberForms() {
    return table.layout().numberForms();
  }

  @Override
  public boolean hasLabels() {
    return table.labels().isPresent();
  }

  /**
   * By time, over all keys at once. No window that trains or validates shares a point with one that
   * calibrates: those that straddle a cut are left out. Between training and validation they are
   * left out where enough remain, since a short series has no others.
   */
  @Override
  public DataSplit split(SplitConfig config, long seed) {
    double[] times = table.times().orElseThrow();
    double[] moments = IntStream.of(rows).mapToDouble(row -> times[row]).toArray();
    DataSplit dealt = DataSplit.timeOrdered(moments, config);
    List<DataSplit.Fold> folds = new ArrayList<>();
    for (DataSplit.Fold fold : dealt.folds()) {
      int[] known = wholeOnes(concat(fold.train(), fold.validation()));
      int[] clean =
          IntStream.of(apart(known, fold.calibration()))
              .boxed()
              .sorted(Comparator.comparingDouble(i -> moments[i]))
              .mapToInt(i -> i)
              .toArray();
      if (clean.length < DataSplit.FEWEST_ROWS) {
        throw new DataException(
            "points: %d windows of %d points (expected: more, since windows that train must share no point with those that calibrate); set a smaller --window"
                .formatted(ends.length, spec.size()));
      }
      int from = clean.length - Math.max(1, (int) (clean.length * config.validationShare()));
      int[] validation = Arrays.copyOfRange(clean, from, clean.length);
      Arrays.sort(validation);
      int[] train = Arrays.copyOf(clean, from);
      Arrays.sort(train);
      train = training(train, validation);
      folds.add(new DataSplit.Fold(some(train, seed), validation, fold.calibration()));
    }
    int[] validation = wholeOnes(dealt.validation());
    int[] train = training(wholeOnes(dealt.train()), validation);
    if (order.isResampled() && (train.length < DataSplit.FEWEST_ROWS || validation.length == 0)) {
      throw new DataException(
          "points: %d windows that end with a whole cell train, %d validate (expected: at least %d, and 1); set a shorter --resample, or add data"
              .formatted(train.length, validation.length, DataSplit.FEWEST_ROWS));
    }
    return new DataSplit(some(train, seed), validation, folds);
  }

  /**
   * Those of some windows that may train: made of whole points, which are all where rows are
   * points, none of which only calibrates.
   */
  private int[] wholeOnes(int[] windows) {
    return IntStream.of(windows)
        .filter(i -> (whole[i] || !order.isResampled()) && !apartFromTraining[i])
        .toArray();
  }

  private int[] training(int[] windows, int[] validation) {
    int[] apart = apart(windows, validation);
    return 2 * apart.length >= windows.length ? apart : windows;
  }

  private static int[] concat(int[] windows, int[] more) {
    return IntStream.concat(IntStream.of(windows), IntStream.of(more)).toArray();
  }

  /** Those windows that share no point with any of {@code others}. */
  private int[] apart(int[] windows, int[] others) {
    int[] begun = new int[order.count() + 1];
    for (int i : others) {
      begun[ends[i] - spec.size() + 1]++;
      begun[ends[i] + 1]--;
    }
    int[] taken = new int[order.count() + 1];
    int open = 0;
    for (int point = 0; point < order.count(); point++) {
      open += begun[point];
      taken[point + 1] = taken[point] + (open > 0 ? 1 : 0);
    }
    return IntStream.of(windows)
        .filter(i -> taken[ends[i] + 1] == taken[ends[i] + 1 - spec.size()])
        .toArray();
  }

  /** As many as a training can use, by chance; ascending. */
  private int[] some(int[] windows, long seed) {
    long room = MOST_TRAINING_VALUES / ((long) spec.size() * spec.width() * 2);
    int most = (int) Math.max(FEWEST_TRAINING_WINDOWS, Math.min(MOST_TRAINING_WINDOWS, room));
    if (windows.length <= most) {
      return windows;
    }
    SplittableRandom random = new SplittableRandom(seed);
    int[] chosen = windows.clone();
    for (int i = 0; i < most; i++) {
      int j = i + random.nextInt(chosen.length - i);
      int swapped = chosen[i];
      chosen[i] = chosen[j];
      chosen[j] = swapped;
    }
    int[] drawn = Arrays.copyOf(chosen, most);
    Arrays.sort(drawn);
    return drawn;
  }

  @Override
  public Windows normals(int[] indices) {
    int[] places = IntStream.of(indices).map(i -> ends[i]).toArray();
    return windows(places, table.trainingRows(schema, places(indices)));
  }

  private Windows windows(int[] places, Rows judged) {
    @Nullable KeyScale[] scales = scales(places);
    Windows windows = new Windows(spec, points, places, judged, Optional.of(scales));
    if (!order.isResampled()) {
      return windows;
    }
    float[] cells = new PointCodes(schema).of(judged);
    for (int i = 0; i < places.length; i++) {
      KeyScale own = scales[i];
      if (own != null) {
        own.scale(cells, i * spec.width());
      }
    }
    return windows.endingWith(cells);
  }

  @Override
  public Rows points(int[] indices) {
    return table.trainingRows(schema, places(indices));
  }

  @Override
  public Preprocessor preprocessor(int[] training) {
    boolean[] seen = new boolean[order.count()];
    for (int i : training) {
      Arrays.fill(seen, ends[i] - spec.size() + 1, ends[i] + 1, true);
    }
    int[] places =
        IntStream.range(0, seen.length).filter(p -> seen[p] && order.row(p) >= 0).toArray();
    Rows rows = table.trainingRows(schema, IntStream.of(places).map(order::row).toArray());
    return standardised(LagPreprocessor.fit(spec, scaled(rows, places)), training);
  }

  /** With the mean and the deviation of each entry over some of the training windows. */
  private LagPreprocessor standardised(LagPreprocessor view, int[] training) {
    int count = Math.min(WINDOWS_TO_MEASURE, training.length);
    int[] some =
        IntStream.range(0, count)
            .map(i -> training[(int) ((long) i * training.length / count)])
            .toArray();
    float[] x = PreparedSamples.vectors(view, normals(some));
    int width = view.width();
    List<Float> means = new ArrayList<>();
    List<Float> deviations = new ArrayList<>();
    for (int e = 0; e < width; e++) {
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += x[i * width + e];
      }
      double mean = sum / count;
      double squares = 0;
      for (int i = 0; i < count; i++) {
        squares += (x[i * width + e] - mean) * (x[i * width + e] - mean);
      }
      means.add((float) mean);
      deviations.add((float) Math.max(LEAST_DEVIATION, Math.sqrt(squares / count)));
    }
    return view.standardised(means, deviations);
  }

  @Override
  public Perturber perturber(Samples normals) {
    return new WindowPerturbations((Windows) normals);
  }

  /**
   * Smoothed, key by key, and anew where windows do not follow one another: behind a label too,
   * where a scorer goes on, since nobody knows the scores between. Counted from the recent level of
   * the key, where that is asked for.
   */
  @Override
  public double[] compared(int[] indices, double[] scores) {
    Smoothing smoothing = new Smoothing(settings.smoothing());
    RecentLevel recent = settings.recentLevel();
    double[] compared = new double[scores.length];
    double smoothed = Double.NaN;
    RecentLevel.At level = RecentLevel.At.FIRST;
    for (int i = 0; i < scores.length; i++) {
      if (i > 0 && order.key(ends[indices[i]]) != order.key(ends[indices[i - 1]])) {
        level = RecentLevel.At.FIRST;
      }
      double counted = level.count(scores[i]);
      level = recent == null ? level : recent.next(level, scores[i]);
      smoothed = smoothing.next(follows(indices, i) ? smoothed : Double.NaN, counted);
      compared[i] = smoothing.compared((float) smoothed, scores[i], novelty[indices[i]] > 0);
    }
    return compared;
  }

  /** Whether a window is that of the row behind the one before it in {@code indices}. */
  private boolean follows(int[] indices, int i) {
    return i > 0 && sequence[indices[i]] == sequence[indices[i - 1]] + 1;
  }

  /** Neighbours go together: they count for less than as many points apart. */
  @Override
  public ThresholdFit threshold(
      CalibrationConfig config, int[] indices, double[] scores, String modelId) {
    List<double[]> runs = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= indices.length; i++) {
      if (i == indices.length || !follows(indices, i)) {
        runs.add(Arrays.copyOfRange(scores, from, i));
        from = i;
      }
    }
    return ThresholdFit.fitSeries(config, runs, modelId);
  }

  @Override
  public int[] places(int[] indices) {
    return IntStream.of(indices).map(i -> rows[i]).toArray();
  }

  @Override
  public double[] novelty(int[] indices) {
    return IntStream.of(indices).mapToDouble(i -> novelty[i]).toArray();
  }

  @Override
  public Placed others(int most) {
    int[] some = IntStream.of(otherEnds).limit(most).toArray();
    int[] judged = IntStream.of(otherRows).limit(most).toArray();
    return new Placed(judged, windows(some, table.rows(schema, judged)));
  }
}
