package io.latentry.load;

import io.latentry.ingest.read.DuckDb;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/** What is fitted and scored where costs are to grow; each call writes a file or folder anew. */
final class GrowthData {
  static final String KEY = "machine";
  static final int CHANNELS = 5;

  /** A larger table repeats its rows: what scoring costs does not depend on what was scored. */
  private static final int MOST_DIFFERENT_ROWS = 1_000_000;

  private final Path folder;

  GrowthData(Path folder) {
    this.folder = folder;
  }

  /**
   * A table of numbers.
   *
   * @param rows a multiple of a million where it is more
   */
  Path table(String name, long rows, int columns, long seed) throws IOException {
    Path csv = folder.resolve(name + ".csv");
    Path parquet = folder.resolve(name + ".parquet");
    int different = (int) Math.min(rows, MOST_DIFFERENT_ROWS);
    SyntheticTable.of(different, columns, seed).writeCsv(csv);
    SyntheticTable.csvToParquet(csv, parquet);
    Files.delete(csv);
    if (rows > different) {
      Path once = Files.move(parquet, folder.resolve(name + "-once.parquet"));
      repeat(once, Math.toIntExact(rows / different), parquet);
      Files.delete(once);
    }
    return parquet;
  }

  private static void repeat(Path parquet, int times, Path target) {
    String files =
        Collections.nCopies(times, DuckDb.literal(parquet)).stream()
            .collect(Collectors.joining(",", "[", "]"));
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      boolean unused =
          statement.execute(
              "COPY (SELECT * FROM read_parquet(%s)) TO %s (FORMAT parquet)"
                  .formatted(files, DuckDb.literal(target)));
    } catch (SQLException e) {
      throw new IllegalStateException(target + ": not written: " + e.getMessage(), e);
    }
  }

  /** So many points in all, dealt out evenly to the keys. */
  Path series(String name, int points, int keys, long seed) throws IOException {
    Path csv = folder.resolve(name + ".csv");
    int each = points / keys;
    try (BufferedWriter out = Files.newBufferedWriter(csv)) {
      out.append(KEY).append(',').append(SyntheticSeries.TIME);
      for (int c = 0; c < CHANNELS; c++) {
        out.append(",f").append(String.valueOf(c));
      }
      out.append('\n');
      for (int key = 0; key < keys; key++) {
        SyntheticSeries series = SyntheticSeries.of(each, CHANNELS, seed * keys + key);
        for (int t = 0; t < each; t++) {
          out.append('m').append(String.valueOf(key)).append(',').append(String.valueOf(t));
          for (int c = 0; c < CHANNELS; c++) {
            out.append(',').append(String.valueOf(series.values()[t * CHANNELS + c]));
          }
          out.append('\n');
        }
      }
    }
    return csv;
  }

  /** Grey squares with stripes that differ a little, and noise. */
  Path images(String name, int count, int size, long seed) throws IOException {
    Path images = Files.createDirectory(folder.resolve(name));
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_BYTE_GRAY);
      WritableRaster pixels = image.getRaster();
      double period = size / (6 + random.nextDouble());
      double phase = 2 * Math.PI * random.nextDouble();
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          double wave = Math.sin(2 * Math.PI * (x + 0.5 * y) / period + phase);
          double level = 128 + 60 * wave + 12 * random.nextGaussian();
          pixels.setSample(x, y, 0, (int) Math.min(255, Math.max(0, level)));
        }
      }
      if (!ImageIO.write(image, "png", images.resolve(i + ".png").toFile())) {
        throw new IllegalStateException("png: no writer (expected: that of Java)");
      }
    }
    return images;
  }
}
