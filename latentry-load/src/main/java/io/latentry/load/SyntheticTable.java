package io.latentry.load;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.ingest.read.DuckDb;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Correlated numbers: every column mixes a few hidden factors and noise, every third one is bent to
 * a heavy tail. The same seed gives the same rows, and a longer table begins with a shorter one.
 *
 * @param values {@code float[rows * columns]}, row-major
 */
record SyntheticTable(int rows, int columns, float[] values) {
  private static final int FACTORS = 8;
  private static final double NOISE = 0.3;
  private static final int DECIMALS = 10_000;

  static SyntheticTable of(int rows, int columns, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] loadings = new double[columns * FACTORS];
    for (int i = 0; i < loadings.length; i++) {
      loadings[i] = random.nextGaussian() / Math.sqrt(FACTORS);
    }
    float[] values = new float[Math.multiplyExact(rows, columns)];
    double[] factors = new double[FACTORS];
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < FACTORS; k++) {
        factors[k] = random.nextGaussian();
      }
      for (int j = 0; j < columns; j++) {
        double value = NOISE * random.nextGaussian();
        for (int k = 0; k < FACTORS; k++) {
          value += loadings[j * FACTORS + k] * factors[k];
        }
        values[row * columns + j] = (float) (j % 3 == 0 ? Math.exp(value) : value);
      }
    }
    return new SyntheticTable(rows, columns, values);
  }

  /** The same as rows of numbers. */
  Rows toRows() {
    List<Column> schema = new ArrayList<>();
    for (int j = 0; j < columns; j++) {
      schema.add(Column.numeric("f" + j, ColumnType.NUMERIC, MissingPolicy.REJECT, -1e9, 1e9));
    }
    return Rows.of(new Schema(schema, List.of()), rows, values, new String[0]);
  }

  void writeCsv(Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int j = 0; j < columns; j++) {
        out.append(j == 0 ? "" : ",").append("f").append(String.valueOf(j));
      }
      out.append('\n');
      StringBuilder line = new StringBuilder();
      for (int row = 0; row < rows; row++) {
        line.setLength(0);
        for (int j = 0; j < columns; j++) {
          append(j == 0 ? line : line.append(','), values[row * columns + j]);
        }
        out.append(line).append('\n');
      }
    }
  }

  static void csvToParquet(Path csv, Path parquet) {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      boolean unused =
          statement.execute(
              "COPY (SELECT * FROM read_csv(%s)) TO %s (FORMAT parquet)"
                  .formatted(DuckDb.literal(csv), DuckDb.literal(parquet)));
    } catch (SQLException e) {
      throw new IllegalStateException(parquet + ": not written: " + e.getMessage(), e);
    }
  }

  /** Four decimals, several times faster than formatting. */
  private static void append(StringBuilder line, float value) {
    long scaled = Math.round((double) value * DECIMALS);
    if (scaled < 0) {
      line.append('-');
      scaled = -scaled;
    }
    line.append(scaled / DECIMALS).append('.');
    long decimals = scaled % DECIMALS;
    for (int place = DECIMALS / 10; place > decimals && place > 1; place /= 10) {
      line.append('0');
    }
    line.append(decimals);
  }
}
