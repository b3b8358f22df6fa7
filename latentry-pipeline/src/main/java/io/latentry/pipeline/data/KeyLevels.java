package io.latentry.pipeline.data;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Schema;
import io.latentry.core.series.KeyScales;
import io.latentry.pipeline.config.KeyScaling;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Level and spread of each key, measured on its normal points. */
final class KeyLevels {
  /** A key with fewer points is taken as it stands: its spread would be chance. */
  static final int FEWEST_POINTS = 100;

  /** Levels and factors that a manifest holds at most. */
  static final int MOST_NUMBERS = 200_000;

  /** A key that lies so many of its own deviations from the others is at another level. */
  private static final double APART = 2;

  /** So many times another spread is another spread. */
  private static final double OTHER_SPREAD = 3;

  private static final double LEAST_SHARE = 1e-3;

  private final Schema schema;
  private final int[] counts;

  /** {@code double[keys][numeric channels]}. */
  private final double[][] means;

  private final double[][] deviations;
  private final double[] centre;
  private final double[] usual;

  /**
   * @param points {@code float[points * channels]}
   * @param normal {@code boolean[points]}: which are learned from
   */
  KeyLevels(Schema schema, SeriesOrder order, float[] points, boolean[] normal) {
    this.schema = schema;
    int width = schema.columns().size();
    int numbers = schema.numericCount();
    int keys = order.keys();
    double[][] sums = new double[keys][numbers];
    double[][] given = new double[keys][numbers];
    this.counts = new int[keys];
    this.means = new double[keys][numbers];
    this.deviations = new double[keys][numbers];
    for (int p = 0; p < normal.length; p++) {
      int key = order.key(p);
      counts[key] += normal[p] ? 1 : 0;
      for (int j = 0; normal[p] && j < numbers; j++) {
        float value = points[p * width + j];
        if (Float.isFinite(value)) {
          sums[key][j] += value;
          given[key][j]++;
        }
      }
    }
    for (int key = 0; key < keys; key++) {
      for (int j = 0; j < numbers; j++) {
        means[key][j] = given[key][j] == 0 ? Double.NaN : sums[key][j] / given[key][j];
      }
    }
    for (int p = 0; p < normal.length; p++) {
      int key = order.key(p);
      for (int j = 0; normal[p] && j < numbers; j++) {
        float value = points[p * width + j];
        if (Float.isFinite(value)) {
          deviations[key][j] += (value - means[key][j]) * (value - means[key][j]);
        }
      }
    }
    for (int key = 0; key < keys; key++) {
      for (int j = 0; j < numbers; j++) {
        deviations[key][j] = Math.sqrt(deviations[key][j] / given[key][j]);
      }
    }
    this.centre = new double[numbers];
    this.usual = new double[numbers];
    for (int j = 0; j < numbers; j++) {
      int channel = j;
      centre[j] = median(Arrays.stream(means).mapToDouble(of -> of[channel]).toArray());
      usual[j] = median(Arrays.stream(deviations).mapToDouble(of -> of[channel]).toArray());
    }
  }

  /** The scales to be used; empty if all keys are taken as they stand. */
  Optional<KeyScales> chosen(KeyScaling scaling, SeriesOrder order, Consumer<String> notice) {
    if (scaling == KeyScaling.GLOBAL || order.keys() < 2) {
      return Optional.empty();
    }
    if (scaling == KeyScaling.AUTO && !differ()) {
      return Optional.empty();
    }
    int own = (int) Arrays.stream(counts).filter(count -> count >= FEWEST_POINTS).count();
    if ((long) own * schema.numericCount() * 2 > MOST_NUMBERS) {
      notice.accept(
          "scale: %d keys of %d channels are more than a model holds levels of (expected: at most %d numbers); all keys are taken as they stand"
              .formatted(own, schema.numericCount(), MOST_NUMBERS));
      return Optional.empty();
    }
    if (own == 0) {
      return Optional.empty();
    }
    Map<String, KeyScales.Own> keys = new HashMap<>();
    for (int key = 0; key < counts.length; key++) {
      if (counts[key] >= FEWEST_POINTS) {
        keys.put(order.keyName(key), of(key));
      }
    }
    notice.accept(
        "scale: %d of %d keys have a level and a spread of their own%s"
            .formatted(
                own,
                counts.length,
                own < counts.length
                    ? "; the others have fewer than "
                        + FEWEST_POINTS
                        + " points, and are taken as"
                        + " they stand"
                    : ""));
    double[] told = new double[centre.length];
    for (int j = 0; j < told.length; j++) {
      told[j] = isScaled(j) ? centre[j] : 0;
    }
    return Optional.of(new KeyScales(told, keys));
  }

  private KeyScales.Own of(int key) {
    int numbers = centre.length;
    double[] level = new double[numbers];
    double[] factor = new double[numbers];
    for (int j = 0; j < numbers; j++) {
      boolean known = isScaled(j) && !Double.isNaN(means[key][j]);
      level[j] = known ? means[key][j] : isScaled(j) ? centre[j] : 0;
      // A channel that stands still in one key is not blown up by it.
      double least = LEAST_SHARE * usual[j];
      factor[j] = known && deviations[key][j] > least ? usual[j] / deviations[key][j] : 1;
    }
    return new KeyScales.Own(level, factor);
  }

  private boolean isScaled(int j) {
    Column column = schema.columns().get(j);
    return column.type() == ColumnType.NUMERIC && !column.isWatched() && usual[j] > 0;
  }

  /** Whether in half of the channels half of the keys are at another level or of another spread. */
  private boolean differ() {
    int channels = 0;
    int differing = 0;
    for (int j = 0; j < centre.length; j++) {
      if (!isScaled(j)) {
        continue;
      }
      channels++;
      int keys = 0;
      int apart = 0;
      for (int key = 0; key < counts.length; key++) {
        if (counts[key] < FEWEST_POINTS || Double.isNaN(means[key][j])) {
          continue;
        }
        keys++;
        double own = Math.max(deviations[key][j], LEAST_SHARE * usual[j]);
        boolean level = Math.abs(means[key][j] - centre[j]) > APART * Math.max(own, usual[j]);
        double ratio = own / usual[j];
        apart += level || ratio > OTHER_SPREAD || ratio < 1 / OTHER_SPREAD ? 1 : 0;
      }
      differing += keys > 1 && 2 * apart >= keys ? 1 : 0;
    }
    return channels > 0 && 2 * differing >= channels;
  }

  private static double median(double[] values) {
    double[] known = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    return known.length == 0 ? 0 : known[known.length / 2];
  }
}
