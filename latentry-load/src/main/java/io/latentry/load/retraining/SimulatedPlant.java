package io.latentry.load.retraining;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What a model watches: four numbers that two hidden ones move, and drifts that move some of them
 * for good. Numbers of anomalies have nothing to do with each other. A function of the seed and of
 * what is asked for, in that order.
 */
final class SimulatedPlant {
  static final List<String> COLUMNS = List.of("flow", "load", "heat", "draw");

  /** How much of each column is neither hidden number. */
  private static final double NOISE = 0.3;

  /** Of the hidden numbers, in each column. */
  private static final double[][] WEIGHTS = {{1, 0}, {1, -1}, {0, 1}, {0.5, 0.5}};

  private static final double ANOMALY_SPREADS = 2.5;
  private static final double CENTRE = 50;

  private final Random random;
  private final List<Drift> drifts = new ArrayList<>();

  /**
   * A move of a column that stays.
   *
   * @param hour from which on
   * @param hours that it takes; 0 for a sudden one
   * @param spreads how far it goes, with its sign
   */
  record Drift(long hour, long hours, int column, double spreads) {
    double at(long now) {
      return now < hour
          ? 0
          : hours == 0 ? spreads : spreads * Math.min(1, (double) (now - hour) / hours);
    }
  }

  SimulatedPlant(long seed) {
    random = new Random(seed);
  }

  void add(Drift drift) {
    drifts.add(drift);
  }

  /** Drifts that began before an hour. */
  long begun(long hour) {
    return drifts.stream().filter(drift -> drift.hour() < hour).count();
  }

  /** The first {@code normals} rows are normal, {@code anomalies} after them are none. */
  Rows rows(Schema schema, long hour, int normals, int anomalies) {
    int width = schema.numericCount();
    int[] places =
        schema.columns().stream()
            .filter(column -> COLUMNS.contains(column.name()))
            .mapToInt(column -> COLUMNS.indexOf(column.name()))
            .toArray();
    float[] numbers = new float[(normals + anomalies) * width];
    for (int row = 0; row < normals + anomalies; row++) {
      double[] values = row < normals ? normal(hour) : anomaly(hour);
      for (int j = 0; j < width; j++) {
        numbers[row * width + j] = (float) values[places[j]];
      }
    }
    return Rows.of(schema, normals + anomalies, numbers, new String[0]);
  }

  private double[] normal(long hour) {
    double u = random.nextGaussian();
    double v = random.nextGaussian();
    return IntStream.range(0, WEIGHTS.length)
        .mapToDouble(
            j ->
                CENTRE
                    + WEIGHTS[j][0] * u
                    + WEIGHTS[j][1] * v
                    + NOISE * random.nextGaussian()
                    + moved(j, hour))
        .toArray();
  }

  private double[] anomaly(long hour) {
    return IntStream.range(0, WEIGHTS.length)
        .mapToDouble(j -> CENTRE + ANOMALY_SPREADS * random.nextGaussian() + moved(j, hour))
        .toArray();
  }

  private double moved(int column, long hour) {
    return drifts.stream()
        .filter(drift -> drift.column() == column)
        .mapToDouble(drift -> drift.at(hour))
        .sum();
  }

  /** Normal rows of the first hour as CSV. */
  Path write(Path file, int rows) {
    StringBuilder text = new StringBuilder(String.join(",", COLUMNS)).append('\n');
    for (int row = 0; row < rows; row++) {
      double[] values = normal(0);
      for (int j = 0; j < values.length; j++) {
        text.append(j == 0 ? "" : ",").append(String.format(Locale.ROOT, "%.5f", values[j]));
      }
      text.append('\n');
    }
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
