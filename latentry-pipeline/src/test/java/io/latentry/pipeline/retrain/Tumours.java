package io.latentry.pipeline.retrain;

import io.latentry.core.drift.NumericShift;
import io.latentry.pipeline.sample.SampleData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows like those of the bundled tumours, as many as are wanted: each is drawn among them, and
 * moved a little towards another. The first ten columns, which keep how they go together.
 *
 * @param rows {@code [rows][columns]}, as text
 */
record Tumours(List<String> columns, List<String[]> rows) {
  private static final int COLUMNS = 10;
  private static final double MOST_TOWARDS = 0.6;

  /** What is done to all rows. */
  @FunctionalInterface
  interface Change {
    Tumours of(Tumours rows);
  }

  /** What becomes of a number, by the place of its row. */
  @FunctionalInterface
  interface OfNumber {
    double of(double value, int row);
  }

  static Tumours like(String diagnosis) throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(SampleData.BREAST_CANCER.open(), StandardCharsets.UTF_8))) {
      List<String> header = List.of(in.readLine().split(",", -1));
      int label = header.indexOf("diagnosis");
      int[] some =
          IntStream.range(0, header.size()).filter(j -> j != label).limit(COLUMNS).toArray();
      List<String[]> rows =
          in.lines()
              .map(line -> line.split(",", -1))
              .filter(row -> row[label].equals(diagnosis))
              .map(row -> IntStream.of(some).mapToObj(j -> row[j]).toArray(String[]::new))
              .toList();
      return new Tumours(
          IntStream.of(some).mapToObj(j -> header.get(j).replaceFirst("^mean[ _]", "")).toList(),
          rows);
    }
  }

  Tumours drawn(int count, long seed) {
    Random random = new Random(seed);
    List<String[]> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String[] one = rows.get(random.nextInt(rows.size()));
      String[] other = rows.get(random.nextInt(rows.size()));
      double towards = MOST_TOWARDS * random.nextDouble();
      String[] row = new String[one.length];
      for (int j = 0; j < row.length; j++) {
        double own = Double.parseDouble(one[j]);
        row[j] = String.valueOf((float) (own + towards * (Double.parseDouble(other[j]) - own)));
      }
      drawn.add(row);
    }
    return new Tumours(columns, drawn);
  }

  Tumours changed(String column, OfNumber change) {
    int j = place(column);
    return cells(
        column, i -> String.valueOf((float) change.of(Double.parseDouble(rows.get(i)[j]), i)));
  }

  /** Null leaves a cell as it is. */
  Tumours cells(String column, IntFunction<@Nullable String> cell) {
    int j = place(column);
    List<String[]> changed = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      String[] row = rows.get(i).clone();
      String other = cell.apply(i);
      row[j] = other == null ? row[j] : other;
      changed.add(row);
    }
    return new Tumours(columns, changed);
  }

  Tumours moved(List<String> which, double spreads, boolean gradual) {
    Tumours moved = this;
    for (String column : which) {
      double spread = NumericShift.spread(numbers(column));
      moved =
          moved.changed(
              column,
              (value, i) -> value + spreads * spread * (gradual ? (double) i / rows.size() : 1));
    }
    return moved;
  }

  Tumours first(int count) {
    return new Tumours(columns, rows.subList(0, count));
  }

  Tumours and(Tumours more) {
    List<String[]> all = new ArrayList<>(rows);
    all.addAll(more.rows);
    return new Tumours(columns, all);
  }

  Tumours shuffled(long seed) {
    List<String[]> all = new ArrayList<>(rows);
    Collections.shuffle(all, new Random(seed));
    return new Tumours(columns, all);
  }

  Tumours lowerHalf(String column) {
    double[] sorted = numbers(column);
    int j = place(column);
    return where(row -> Double.parseDouble(row[j]) <= sorted[sorted.length / 2]);
  }

  private Tumours where(Predicate<String[]> wanted) {
    return new Tumours(columns, rows.stream().filter(wanted).toList());
  }

  Tumours permuted(String column) {
    int j = place(column);
    List<String> cells = new ArrayList<>(rows.stream().map(row -> row[j]).toList());
    Collections.shuffle(cells, new Random(column.hashCode()));
    return cells(column, cells::get);
  }

  Tumours swapped(String one, String other) {
    return cells(one, i -> rows.get(i)[place(other)]).cells(other, i -> rows.get(i)[place(one)]);
  }

  Tumours without(String column) {
    int j = place(column);
    List<String> left = new ArrayList<>(columns);
    left.remove(j);
    return new Tumours(
        left,
        rows.stream()
            .map(
                row ->
                    IntStream.range(0, row.length)
                        .filter(k -> k != j)
                        .mapToObj(k -> row[k])
                        .toArray(String[]::new))
            .toList());
  }

  Tumours with(String column, IntFunction<String> cell) {
    List<String> wider = new ArrayList<>(columns);
    wider.add(column);
    List<String[]> all = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      String[] row = Arrays.copyOf(rows.get(i), wider.size());
      row[wider.size() - 1] = cell.apply(i);
      all.add(row);
    }
    return new Tumours(wider, all);
  }

  private double[] numbers(String column) {
    int j = place(column);
    return rows.stream().mapToDouble(row -> Double.parseDouble(row[j])).sorted().toArray();
  }

  private int place(String column) {
    int place = columns.indexOf(column);
    if (place < 0) {
      throw new IllegalArgumentException(
          "column: '" + column + "' (expected: one of " + columns + ")");
    }
    return place;
  }

  /** Writes the rows with times that follow each other over 28 days. */
  Path write(Path file) throws IOException {
    Instant first = Instant.parse("2024-01-01T00:00:00Z");
    List<String> lines = new ArrayList<>(List.of(String.join(",", columns) + ",at"));
    for (int i = 0; i < rows.size(); i++) {
      lines.add(
          String.join(",", rows.get(i))
              + ","
              + first.plusSeconds(28L * 24 * 3_600 * i / rows.size()));
    }
    return Files.write(file, lines);
  }
}
