package io.latentry.bench.retraining;

import io.latentry.bench.quality.RawTable;
import io.latentry.core.drift.NumericShift;
import io.latentry.core.evaluation.OrderStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** What is done to recent rows: sabotage that must be refused, and drift that must be promoted. */
enum Tampering {
  NOISE_1("1 % anomalies among the normals", true),
  NOISE_5("5 % anomalies", true),
  NOISE_10("10 % anomalies", true),
  NOISE_20("20 % anomalies", true),
  NOISE_30("30 % anomalies", true),
  UNIT_INCHES("a column in another unit, 2.54 times", true),
  UNIT_MILLI("a column in another unit, 1000 times", true),
  UNIT_FAHRENHEIT("a column in another unit, 1.8 times and 32", true),
  STUCK("a column stuck at a value", true),
  STUCK_HALF("a column stuck in the later half", true),
  MISSING("a column without values", true),
  MISSING_HALF("a column without half of its values", true),
  HALF("the rows with the lower half of a column", true),
  FEW("a twentieth of the rows", true),
  DUPLICATED("a third delivered twice", true),
  PERMUTED("a column in another order", true),
  SWAPPED("two columns in each other's place", true),
  SHUFFLED("all columns in other orders, as of another model's rows", true),
  NUDGED("one row in ten pushed a little outwards", true),
  EMPTY("a header and no row", true),
  SUDDEN_1("up to three columns moved by 1 spread", false),
  SUDDEN_2("up to three columns moved by 2 spreads", false),
  GRADUAL_2("up to three columns moving to 2 spreads", false);

  private static final int MOST_DRIFTING = 3;
  private static final int LEAST_DIFFERENT = 20;
  private static final double MOST_ALIKE = 0.05;
  private static final double NEARLY_ALL = 0.9;

  /** The same rows in every column. */
  private static final long NUDGING = 7;

  private final String words;
  private final boolean sabotage;

  Tampering(String words, boolean sabotage) {
    this.words = words;
    this.sabotage = sabotage;
  }

  String words() {
    return words;
  }

  boolean isSabotage() {
    return sabotage;
  }

  /**
   * The rows after it; empty if the set has no column for it.
   *
   * @param anomalies to be mixed in
   */
  Optional<RawTable> of(RawTable recent, RawTable anomalies, long seed) {
    Random random = new Random(seed);
    List<Integer> numbers = continuous(recent);
    RawTable copy = recent.copy();
    if (name().startsWith("NOISE")) {
      double share = Integer.parseInt(name().substring("NOISE_".length())) / 100.0;
      return anomalies.count() == 0
          ? Optional.empty()
          : Optional.of(noise(copy, anomalies, share, random));
    }
    boolean needsColumn = this != DUPLICATED && this != FEW && this != EMPTY && this != SHUFFLED;
    if ((numbers.isEmpty() && needsColumn) || (this == SWAPPED && numbers.size() < 2)) {
      return Optional.empty();
    }
    int one = numbers.isEmpty() ? 0 : numbers.get(random.nextInt(numbers.size()));
    double[] sorted = recent.numbers(one);
    int half = copy.count() / 2;
    switch (this) {
      case UNIT_INCHES -> change(copy, one, 0, v -> v * 2.54);
      case UNIT_MILLI -> change(copy, one, 0, v -> v * 1_000);
      case UNIT_FAHRENHEIT -> change(copy, one, 0, v -> v * 1.8 + 32);
      case STUCK -> set(copy, one, 0, String.valueOf(at(sorted, 0.6)));
      case STUCK_HALF -> set(copy, one, half, String.valueOf(at(sorted, 0.6)));
      case MISSING -> set(copy, one, 0, "");
      case MISSING_HALF -> {
        for (String[] row : copy.rows()) {
          row[one] = random.nextBoolean() ? "" : row[one];
        }
      }
      case HALF -> copy.rows().removeIf(row -> !(RawTable.number(row[one]) <= at(sorted, 0.5)));
      case FEW -> {
        return Optional.of(copy.slice(0, copy.count() / 20));
      }
      case DUPLICATED -> {
        return Optional.of(copy.and(copy.slice(0, copy.count() / 3)));
      }
      case PERMUTED -> permute(copy, one, random);
      case SWAPPED -> {
        int other = numbers.get((numbers.indexOf(one) + 1) % numbers.size());
        for (String[] row : copy.rows()) {
          String kept = row[one];
          row[one] = row[other];
          row[other] = kept;
        }
      }
      case SHUFFLED ->
          IntStream.range(0, copy.columns().size()).forEach(j -> permute(copy, j, random));
      case NUDGED -> nudge(copy, numbers);
      case EMPTY -> copy.rows().clear();
      case SUDDEN_1 -> drift(copy, recent, numbers, 1, false);
      case SUDDEN_2 -> drift(copy, recent, numbers, 2, false);
      case GRADUAL_2 -> drift(copy, recent, numbers, 2, true);
      default -> throw new IllegalStateException(name());
    }
    return Optional.of(copy);
  }

  /** Rows that nobody learned from, as they are once a drift has come; of a sabotage, as before. */
  RawTable truth(RawTable rows, RawTable recent) {
    RawTable copy = rows.copy();
    if (!sabotage) {
      drift(copy, recent, continuous(recent), this == SUDDEN_1 ? 1 : 2, false);
    }
    return copy;
  }

  private static RawTable noise(RawTable recent, RawTable anomalies, double share, Random random) {
    int count = (int) Math.round(share * recent.count());
    for (int i = 0; i < count; i++) {
      recent.rows().set(i, anomalies.rows().get(random.nextInt(anomalies.count())).clone());
    }
    Collections.shuffle(recent.rows(), random);
    return recent;
  }

  /** Columns of numbers that hardly repeat, those that tell each other apart best first. */
  private static List<Integer> continuous(RawTable table) {
    List<Integer> columns = new ArrayList<>();
    for (int j = 0; j < table.columns().size(); j++) {
      double[] sorted = table.numbers(j);
      if (sorted.length >= NEARLY_ALL * table.count()
          && sorted.length > 1
          && Arrays.stream(sorted).distinct().count() > LEAST_DIFFERENT
          && commonest(sorted) < MOST_ALIKE
          && NumericShift.spread(sorted) > 0) {
        columns.add(j);
      }
    }
    columns.sort(Comparator.comparing(j -> table.columns().get(j)));
    return columns;
  }

  private static double commonest(double[] sorted) {
    int most = 0;
    int run = 0;
    for (int i = 0; i < sorted.length; i++) {
      run = i > 0 && sorted[i] == sorted[i - 1] ? run + 1 : 1;
      most = Math.max(most, run);
    }
    return (double) most / sorted.length;
  }

  private static void drift(
      RawTable rows, RawTable like, List<Integer> numbers, double spreads, boolean gradual) {
    int drifting = Math.max(1, Math.min(MOST_DRIFTING, numbers.size() / 2));
    for (int j : numbers.subList(0, Math.min(drifting, numbers.size()))) {
      double[] sorted = like.numbers(j);
      double spread = NumericShift.spread(sorted);
      boolean whole = Arrays.stream(sorted).allMatch(v -> v == Math.rint(v));
      for (int i = 0; i < rows.count(); i++) {
        double moved = spreads * spread * (gradual ? (double) i / rows.count() : 1);
        String[] row = rows.rows().get(i);
        double value = RawTable.number(row[j]) + moved;
        if (Double.isFinite(value)) {
          row[j] = whole ? String.valueOf(Math.round(value)) : String.valueOf(value);
        }
      }
    }
  }

  /** Every number of a row by a third of a spread, away from the middle. */
  private static void nudge(RawTable rows, List<Integer> numbers) {
    for (int j : numbers) {
      double[] sorted = rows.numbers(j);
      double middle = at(sorted, 0.5);
      double push = NumericShift.spread(sorted) / 3;
      Random same = new Random(NUDGING);
      for (String[] row : rows.rows()) {
        boolean pushed = same.nextInt(10) == 0;
        double value = RawTable.number(row[j]);
        if (pushed && Double.isFinite(value)) {
          row[j] = String.valueOf(value + (value < middle ? -push : push));
        }
      }
    }
  }

  private static void change(RawTable rows, int column, int from, DoubleUnaryOperator change) {
    for (String[] row : rows.rows().subList(from, rows.count())) {
      double value = change.applyAsDouble(RawTable.number(row[column]));
      row[column] = Double.isFinite(value) ? String.valueOf(value) : row[column];
    }
  }

  private static void set(RawTable rows, int column, int from, String value) {
    rows.rows().subList(from, rows.count()).forEach(row -> row[column] = value);
  }

  private static void permute(RawTable rows, int column, Random random) {
    List<String> cells = new ArrayList<>(rows.rows().stream().map(row -> row[column]).toList());
    Collections.shuffle(cells, random);
    for (int i = 0; i < rows.count(); i++) {
      rows.rows().get(i)[column] = cells.get(i);
    }
  }

  private static double at(double[] sorted, double level) {
    return OrderStatistics.quantile(sorted, level);
  }
}
