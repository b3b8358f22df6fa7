package io.latentry.bench.series;

import io.latentry.core.data.DataException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Labelled series, {@code FAMILY/NAME.csv} or {@code .csv.gz}: columns {@code timestamp}, one or
 * more numeric channels, {@code label} (1 for an anomaly) and {@code split} (train or test), rows
 * in the order of time. Without {@code split}, the first {@value #TRAIN_SHARE} of the rows train,
 * at most {@value #MOST_TRAIN}. Plain numbers, commas, no quotes: what it is not, it refuses.
 */
public final class SeriesFolder {
  static final double TRAIN_SHARE = 0.15;
  static final int MOST_TRAIN = 750;
  private static final Set<String> NOT_CHANNELS = Set.of("timestamp", "label", "split");

  private SeriesFolder() {}

  /**
   * The series of {@code folder}, by family and name.
   *
   * @param families names; empty for all
   * @param most of a family, 0 for all
   * @throws IllegalArgumentException if there is no such folder, or no family of a name
   */
  public static List<Path> find(Path folder, Set<String> families, int most) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "data: %s, %s (expected: a folder of folders of labelled series, such as nab/NAME.csv)"
              .formatted(folder, Files.exists(folder) ? "a file" : "which does not exist"));
    }
    List<Path> found = new ArrayList<>();
    Set<String> there = new TreeSet<>();
    for (Path family : sorted(folder)) {
      List<Path> series =
          Files.isDirectory(family)
              ? sorted(family).stream()
                  .filter(f -> f.toString().matches(".*\\.csv(\\.gz)?"))
                  .toList()
              : List.of();
      String name = family.getFileName().toString();
      if (!series.isEmpty()) {
        there.add(name);
      }
      if (families.isEmpty() || families.contains(name)) {
        found.addAll(most == 0 ? series : series.subList(0, Math.min(most, series.size())));
      }
    }
    for (String name : families) {
      if (!there.contains(name)) {
        throw new IllegalArgumentException(
            "families: '%s' (expected: one of %s)".formatted(name, String.join(", ", there)));
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "data: %s, without a series (expected: FAMILY/NAME.csv or .csv.gz)".formatted(folder));
    }
    return found;
  }

  /** The name of the series in {@code file}. */
  static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.csv(\\.gz)?$", "");
  }

  /** The name of the family of the series in {@code file}. */
  static String family(Path file) {
    return file.getName(file.getNameCount() - 2).toString();
  }

  /**
   * Reads one.
   *
   * @throws DataException if it is no such series
   */
  static SeriesSet read(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file);
        InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      Optional<String> first = Optional.ofNullable(lines.readLine());
      List<String> header = List.of(first.orElse("").split(",", -1));
      int[] channels =
          IntStream.range(0, header.size())
              .filter(c -> !NOT_CHANNELS.contains(header.get(c)))
              .toArray();
      int label = header.indexOf("label");
      if (label < 0 || channels.length == 0 || first.isEmpty()) {
        throw new DataException(
            "%s: columns %s (expected: label, at least one channel, and timestamp and split if there are)"
                .formatted(file, header));
      }
      return new Lines(file, header, channels, label, header.indexOf("split")).read(lines);
    }
  }

  private static List<Path> sorted(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines after the header. */
  private record Lines(Path file, List<String> header, int[] channels, int label, int split) {

    SeriesSet read(BufferedReader lines) throws IOException {
      List<float[]> values = new ArrayList<>();
      List<Boolean> anomalous = new ArrayList<>();
      List<Boolean> trains = new ArrayList<>();
      int row = 1;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        row++;
        if (line.isEmpty()) {
          continue;
        }
        String[] cells = line.split(",", -1);
        if (cells.length != header.size()) {
          throw wrong(row, cells.length + " cells", header.size() + ", as in the header");
        }
        float[] point = new float[channels.length];
        for (int c = 0; c < channels.length; c++) {
          point[c] = number(row, channels[c], cells[channels[c]]);
        }
        values.add(point);
        anomalous.add(isAnomaly(row, cells[label]));
        if (split >= 0) {
          trains.add(isTrain(row, cells[split]));
        }
      }
      int byShare = (int) Math.min(TRAIN_SHARE * values.size(), MOST_TRAIN);
      int[] train =
          IntStream.range(0, values.size())
              .filter(i -> split >= 0 ? trains.get(i) : i < byShare)
              .toArray();
      int[] test =
          IntStream.range(0, values.size())
              .filter(i -> split >= 0 ? !trains.get(i) : i >= byShare)
              .toArray();
      return new SeriesSet(
          family(file),
          name(file),
          channels.length,
          values(values, train),
          labels(anomalous, train),
          values(values, test),
          labels(anomalous, test));
    }

    private boolean isAnomaly(int row, String cell) {
      float value = number(row, label, cell);
      if (value != 0 && value != 1) {
        throw wrong(row, "label '" + cell + "'", "0 or 1");
      }
      return value == 1;
    }

    private boolean isTrain(int row, String cell) {
      return switch (cell) {
        case "train" -> true;
        case "test" -> false;
        default -> throw wrong(row, "split '" + cell + "'", "train or test");
      };
    }

    private float number(int row, int column, String cell) {
      if (cell.isEmpty() || cell.equalsIgnoreCase("nan")) {
        return Float.NaN;
      }
      try {
        return Float.parseFloat(cell);
      } catch (NumberFormatException e) {
        throw wrong(row, header.get(column) + " '" + cell + "'", "a number");
      }
    }

    private DataException wrong(int row, String got, String expected) {
      return new DataException("%s line %d: %s (expected: %s)".formatted(file, row, got, expected));
    }

    private float[] values(List<float[]> points, int[] rows) {
      float[] chosen = new float[rows.length * channels.length];
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(points.get(rows[i]), 0, chosen, i * channels.length, channels.length);
      }
      return chosen;
    }

    private static boolean[] labels(List<Boolean> anomalous, int[] rows) {
      boolean[] chosen = new boolean[rows.length];
      for (int i = 0; i < rows.length; i++) {
        chosen[i] = anomalous.get(rows[i]);
      }
      return chosen;
    }
  }
}
