package io.latentry.pipeline;

import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.Perturber;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.preprocessing.LagPreprocessor;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.core.preprocessing.WindowPreprocessor;
import io.latentry.core.series.AlarmRule;
import io.latentry.core.series.GapPolicy;
import io.latentry.core.series.SeriesClock;
import io.latentry.core.series.SeriesSettings;
import io.latentry.pipeline.data.TrainingData;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Windows of two waves, a switch and a mode, some values missing; no file behind them. */
final class WavesData implements TrainingData {
  private static final Schema CHANNELS =
      new Schema(
          List.of(
              Column.numeric("a", ColumnType.NUMERIC, MissingPolicy.IMPUTE, -9, 9),
              Column.numeric("b", ColumnType.NUMERIC, MissingPolicy.IMPUTE, -9, 9),
              Column.numeric("on", ColumnType.BOOLEAN, MissingPolicy.IMPUTE, 0, 1),
              Column.categorical(
                  "mode", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("up", "down"))),
          List.of());

  private final int size;
  private final Rows points;
  private final Windows windows;

  WavesData(int points, int size) {
    this.size = size;
    SplittableRandom random = new SplittableRandom(7);
    float[] values = new float[4 * points];
    float[] numbers = new float[3 * points];
    String[] modes = new String[points];
    for (int t = 0; t < points; t++) {
      boolean up = Math.cos(0.4 * t) > 0;
      numbers[3 * t] = (float) (Math.sin(0.4 * t) + 0.05 * random.nextGaussian());
      numbers[3 * t + 1] =
          t % 23 == 11 ? Float.NaN : (float) (Math.cos(0.4 * t) + 0.05 * random.nextGaussian());
      numbers[3 * t + 2] = t % 16 < 8 ? 1 : 0;
      modes[t] = up ? "up" : "down";
      System.arraycopy(numbers, 3 * t, values, 4 * t, 3);
      values[4 * t + 3] = up ? 0 : 1;
    }
    this.points = Rows.of(CHANNELS, points, numbers, modes);
    int[] ends = IntStream.range(size - 1, points).toArray();
    windows = new Windows(spec(), values, ends, this.points.select(ends));
  }

  @Override
  public WindowSpec spec() {
    return new WindowSpec(CHANNELS, size, 0);
  }

  @Override
  public Optional<SeriesSettings> series() {
    return Optional.of(
        new SeriesSettings(
            "t",
            List.of(),
            size,
            0,
            SeriesClock.STEPS,
            1,
            GapPolicy.RESTART,
            3,
            1,
            AlarmRule.EACH,
            null,
            null,
            null));
  }

  @Override
  public Schema schema() {
    return CHANNELS;
  }

  @Override
  public List<String> files() {
    return List.of("waves");
  }

  @Override
  public String digest() {
    return "0".repeat(64);
  }

  @Override
  public Counts counts() {
    return new Counts(points.count(), points.count(), windows.count(), 0, 0);
  }

  @Override
  public Map<String, NumberForm> numberForms() {
    return Map.of();
  }

  @Override
  public boolean hasLabels() {
    return false;
  }

  @Override
  public DataSplit split(SplitConfig config, long seed) {
    int count = windows.count();
    int[] train = IntStream.range(0, count / 2).toArray();
    int[] validation = IntStream.range(count / 2 + size, 2 * count / 3).toArray();
    int[] calibration = IntStream.range(2 * count / 3 + size, count).toArray();
    return new DataSplit(
        train, validation, List.of(new DataSplit.Fold(train, validation, calibration)));
  }

  @Override
  public Samples normals(int[] indices) {
    return windows.select(indices);
  }

  @Override
  public Rows points(int[] indices) {
    return windows.judged().select(indices);
  }

  @Override
  public Preprocessor preprocessor(int[] training) {
    int last = training[training.length - 1] + size;
    int[] seen = IntStream.range(0, last).toArray();
    return WindowPreprocessor.fit(
        spec(), points.select(seen), Arrays.stream(seen).map(i -> i - 1).toArray());
  }

  /** The same in blocks of lags. */
  Preprocessor lagged(int[] training) {
    int last = training[training.length - 1] + size;
    return LagPreprocessor.fit(spec(), points.select(IntStream.range(0, last).toArray()));
  }

  @Override
  public int[] places(int[] indices) {
    return Arrays.stream(indices).map(i -> i + size - 1).toArray();
  }

  @Override
  public double[] novelty(int[] indices) {
    return new double[indices.length];
  }

  @Override
  public Placed others(int most) {
    return new Placed(new int[0], windows.select(new int[0]));
  }

  /** The judged point's first wave is turned over and shifted. */
  @Override
  public Perturber perturber(Samples normals) {
    return (samples, seed) -> {
      int width = size * spec().width();
      float[] changed = new float[samples.count() * width];
      for (int i = 0; i < samples.count(); i++) {
        System.arraycopy(((Windows) samples).values(i), 0, changed, i * width, width);
        int at = i * width + spec().judged() * spec().width();
        changed[at] = 1.5f - changed[at];
      }
      return Windows.of(spec(), samples.count(), changed);
    };
  }
}
