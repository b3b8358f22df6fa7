package io.latentry.pipeline.drift;

import io.latentry.pipeline.sample.SampleData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;

/** Rows of a bundled table, and drifts of known size in them. */
record Planted(List<String> header, List<String[]> rows) {

  /** A change of one cell. */
  interface Change {
    String of(String cell, Random random);
  }

  static Planted read(SampleData sample) throws IOException {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(sample.open(), StandardCharsets.UTF_8))) {
      List<String> header = List.of(in.readLine().split(",", -1));
      return new Planted(header, in.lines().map(line -> line.split(",", -1)).toList());
    }
  }

  Planted where(String column, String value) {
    int j = header.indexOf(column);
    return new Planted(header, rows.stream().filter(row -> row[j].equals(value)).toList());
  }

  /** Every {@code step}-th row, or all others. */
  Planted each(int step, boolean others) {
    List<String[]> some = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      if ((i % step == 0) != others) {
        some.add(rows.get(i));
      }
    }
    return new Planted(header, some);
  }

  /** {@code count} rows drawn with replacement. */
  Planted drawn(int count, long seed) {
    Random random = new Random(seed);
    List<String[]> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(rows.get(random.nextInt(rows.size())));
    }
    return new Planted(header, some);
  }

  /** The same cells, each column in an order of its own. */
  Planted apart(long seed) {
    Random random = new Random(seed);
    List<String[]> apart = rows.stream().map(String[]::clone).toList();
    for (int j = 0; j < header.size(); j++) {
      int column = j;
      List<String> cells = new ArrayList<>(rows.stream().map(row -> row[column]).toList());
      Collections.shuffle(cells, random);
      for (int i = 0; i < cells.size(); i++) {
        apart.get(i)[j] = cells.get(i);
      }
    }
    return new Planted(header, apart);
  }

  Planted with(String column, Change change) {
    int j = header.indexOf(column);
    Random random = new Random(column.hashCode());
    return new Planted(
        header,
        rows.stream()
            .map(
                row -> {
                  String[] copy = row.clone();
                  copy[j] = change.of(copy[j], random);
                  return copy;
                })
            .toList());
  }

  /** A number becomes another; what is no number stays. */
  Planted number(String column, DoubleUnaryOperator change) {
    return with(
        column,
        (cell, random) ->
            cell.isEmpty() || cell.equals("NA")
                ? cell
                : String.valueOf((float) change.applyAsDouble(Double.parseDouble(cell))));
  }

  double[] numbers(String column) {
    int j = header.indexOf(column);
    return rows.stream()
        .filter(row -> !row[j].isEmpty() && !row[j].equals("NA"))
        .mapToDouble(row -> Double.parseDouble(row[j]))
        .sorted()
        .toArray();
  }

  double deviation(String column) {
    double[] values = numbers(column);
    double mean = Arrays.stream(values).average().orElseThrow();
    return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0));
  }

  double median(String column) {
    double[] values = numbers(column);
    return values[values.length / 2];
  }

  /** One more column, by the number of the row. */
  Planted and(String column, IntFunction<String> cells) {
    List<String> names = new ArrayList<>(header);
    names.add(column);
    List<String[]> wider = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      String[] row = Arrays.copyOf(rows.get(i), names.size());
      row[names.size() - 1] = cells.apply(i);
      wider.add(row);
    }
    return new Planted(names, wider);
  }

  Path write(Path file) throws IOException {
    List<String> lines = new ArrayList<>(List.of(String.join(",", header)));
    rows.forEach(row -> lines.add(String.join(",", row)));
    return Files.write(file, lines);
  }
}
