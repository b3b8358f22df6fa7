package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.calibration.ThresholdFit;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.Column;
import io.latentry.core.data.Novelty;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.preprocessing.NumericScale;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.pipeline.data.TrainingData;
import io.latentry.pipeline.retrain.rows.RecentRows;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a challenger learns from: the recent normals that are not kept apart, and some normals of
 * old, so that it does not forget them. It sees them in the champion's coordinates: a weight means
 * what it meant, and a nat of one is a nat of the other.
 *
 * <p>Its samples are, in this order, the recent normals, the spared rows, which calibrate and never
 * train, and the normals of old and false alarms that were not drawn, which train and never
 * calibrate.
 */
final class RetrainData implements TrainingData {
  private final RecentRows recent;
  private final Manifest champion;
  private final List<NumericScale> scales;
  private final Schema schema;
  private final Rows rows;
  private final int[] places;
  private final double[] times;
  private final int normals;
  private final int spared;
  private final double[] novelty;
  private final Counts counts;
  private final int[] others;

  /**
   * @param rehearsed normals to train with beside the recent ones, of the champion's schema
   * @param rehearsedPlaces their rows in the data that they are of
   */
  RetrainData(
      RecentRows recent,
      RowChoice choice,
      Manifest champion,
      List<NumericScale> scales,
      Rows rehearsed,
      int[] rehearsedPlaces) {
    this.recent = recent;
    this.champion = champion;
    this.scales = scales;
    int[] own = choice.learned(false);
    int[] calibrating = choice.calibrating(false);
    this.normals = own.length;
    this.spared = calibrating.length;
    int[] chosen = IntStream.concat(IntStream.of(own), IntStream.of(calibrating)).toArray();
    this.places =
        IntStream.concat(
                IntStream.of(chosen).map(i -> (int) recent.place(i)), IntStream.of(rehearsedPlaces))
            .toArray();
    Rows learned = recent.rows().select(own).followedBy(List.of(rehearsed));
    this.schema = widened(champion.schema(), learned);
    Rows all = recent.rows().select(chosen).followedBy(List.of(rehearsed));
    this.rows = under(schema, all);
    this.times =
        recent.hasTimes()
            ? IntStream.of(own).mapToDouble(i -> recent.times()[i]).toArray()
            : new double[0];
    this.novelty = novelty(champion.schema(), rows, normals);
    this.others = choice.rows(i -> choice.fates()[i].isToBeFound());
    this.counts =
        new Counts(
            recent.read(),
            recent.read() - choice.elsewhere().getOrDefault(Fate.NOT_DRAWN, 0L),
            rows.count(),
            others.length,
            choice.count(Fate.UNSCORABLE));
  }

  /** The same cells under another schema of the same columns. */
  static Rows under(Schema schema, Rows rows) {
    return Rows.of(schema, rows.count(), rows.numeric(), rows.categorical());
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public List<String> files() {
    return recent.files();
  }

  @Override
  public String digest() {
    MessageDigest digest = Digest.sha256();
    ByteBuffer bytes = ByteBuffer.allocate(rows.numeric().length * Float.BYTES);
    bytes.asFloatBuffer().put(rows.numeric());
    digest.update(bytes);
    for (String cell : rows.categorical()) {
      digest.update(cell.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public Counts counts() {
    return counts;
  }

  @Override
  public Map<String, NumberForm> numberForms() {
    return champion.reading().numbers();
  }

  @Override
  public boolean hasLabels() {
    return recent.labels().length > 0;
  }

  @Override
  public DataSplit split(SplitConfig config, long seed) {
    DataSplit split =
        times.length > 0
            ? DataSplit.timeOrdered(times, config)
            : DataSplit.shuffled(normals, config, seed);
    DataSplit calibrated = split.calibratedBy(normals, spared);
    return new DataSplit(
        training(calibrated.train()),
        calibrated.validation(),
        calibrated.folds().stream()
            .map(f -> new DataSplit.Fold(training(f.train()), f.validation(), f.calibration()))
            .toList());
  }

  /** With the normals of old. */
  private int[] training(int[] of) {
    return IntStream.concat(IntStream.of(of), IntStream.range(normals + spared, rows.count()))
        .toArray();
  }

  @Override
  public Rows normals(int[] indices) {
    return rows.select(indices);
  }

  /** The champion's: its coordinates are those of the weights to go on from. */
  @Override
  public Preprocessor preprocessor(int[] training) {
    return TablePreprocessor.of(schema, scales);
  }

  @Override
  public int[] places(int[] indices) {
    return IntStream.of(indices).map(i -> places[i]).toArray();
  }

  @Override
  public double[] novelty(int[] indices) {
    return IntStream.of(indices).mapToDouble(i -> novelty[i]).toArray();
  }

  @Override
  public Placed others(int most) {
    int[] some = IntStream.of(others).limit(most).toArray();
    return new Placed(
        IntStream.of(some).map(i -> (int) recent.place(i)).toArray(),
        under(schema, recent.rows().select(some)));
  }

  @Override
  public ThresholdFit threshold(
      CalibrationConfig config, int[] indices, double[] scores, String modelId) {
    return ThresholdFit.fit(config, scores, modelId);
  }

  /**
   * Nats of each row: of the recent normals, where one alone goes beyond what the champion and all
   * others had; of the spared, where they go beyond all of it. Normals of old are known.
   */
  private static double[] novelty(Schema champion, Rows rows, int normals) {
    double[] nats = new double[rows.count()];
    for (int j = 0; j < champion.numericCount(); j++) {
      Column column = champion.columns().get(j);
      Novelty novelty = column.novelty();
      List<Double> limits = novelty == null ? null : novelty.limits();
      if (novelty == null || limits == null || column.isWatched()) {
        continue;
      }
      double[] sorted = sorted(rows, normals, j);
      for (int i = 0; i < rows.count() && sorted.length > 1; i++) {
        double value = rows.numeric(i, j);
        boolean own = i < normals;
        double highest = Math.max(limits.get(1), sorted[sorted.length - (own ? 2 : 1)]);
        double lowest = Math.min(limits.get(0), sorted[own ? 1 : 0]);
        nats[i] += value > highest || value < lowest ? novelty.surprise() : 0;
      }
    }
    return nats;
  }

  private static double[] sorted(Rows rows, int count, int column) {
    double[] values =
        IntStream.range(0, count)
            .mapToDouble(i -> rows.numeric(i, column))
            .filter(Double::isFinite)
            .toArray();
    Arrays.sort(values);
    return values;
  }

  /**
   * The champion's schema, with room for the numbers that are normal now: what lies between them is
   * no novelty any more. Types, categories, policies, and columns that are watched stay as they
   * are.
   *
   * @param normals rows of {@code champion} that the challenger learns from
   */
  private static Schema widened(Schema champion, Rows normals) {
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
