package io.latentry.cli.story;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Lines of a bundled table, to be cut into the files of a story.
 *
 * @param lines the header first; no cell has a line end
 */
record Table(List<String> lines) {
  private static final MathContext DIGITS = new MathContext(6);

  private List<String> body() {
    return lines.subList(1, lines.size());
  }

  private Table of(Stream<String> rows) {
    return new Table(Stream.concat(Stream.of(lines.get(0)), rows).toList());
  }

  Table rows(Predicate<String> wanted) {
    return of(body().stream().filter(wanted));
  }

  /** Rows by their number, from 0 on. */
  Table where(IntPredicate wanted) {
    return of(IntStream.range(0, body().size()).filter(wanted).mapToObj(body()::get));
  }

  Table between(int from, int until) {
    return of(body().subList(from, Math.min(until, body().size())).stream());
  }

  Table every(int nth) {
    return where(row -> row % nth == 0);
  }

  /** With the rows of another table of the same columns behind them. */
  Table with(Table other) {
    return of(Stream.concat(body().stream(), other.body().stream()));
  }

  Table sorted() {
    return of(body().stream().sorted());
  }

  /**
   * Numbers times the factor of their column; cells without commas.
   *
   * @param factor of a column by its name; 1 leaves it as it is
   */
  Table scaled(ToDoubleFunction<String> factor) {
    String[] names = lines.get(0).split(",", -1);
    return of(
        body().stream()
            .map(
                line -> {
                  String[] cells = line.split(",", -1);
                  List<String> scaled = new ArrayList<>();
                  for (int i = 0; i < cells.length; i++) {
                    double by = factor.applyAsDouble(names[i]);
                    scaled.add(
                        by == 1
                            ? cells[i]
                            : new BigDecimal(cells[i])
                                .multiply(BigDecimal.valueOf(by), DIGITS)
                                .toPlainString());
                  }
                  return String.join(",", scaled);
                }));
  }

  void write(Path file) throws IOException {
    Files.write(file, lines);
  }
}
