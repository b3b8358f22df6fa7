package io.latentry.pipeline.cluster;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Says what the rows of a group have in common. */
final class GroupTeller {
  private static final int MOST_LEADING = 3;
  private static final int REPRESENTATIVES = 3;

  /** A column with a smaller mean share leads nothing. */
  private static final double LEAST_SHARE = 0.15;

  /** Rows that agree on a direction for it to be told. */
  private static final double AGREEMENT = 0.8;

  private final Rows rows;
  private final float[] contributions;
  private final float[] expected;
  private final double[][] signatures;
  private final double[] scores;
  private final long[] numbers;

  /**
   * @param contributions {@code float[rows * columns]}, nats
   * @param expected {@code float[rows * numericColumns]}, in the columns' units
   * @param numbers {@code [rows]}: 0-based rows of the data
   */
  GroupTeller(
      Rows rows,
      float[] contributions,
      float[] expected,
      double[][] signatures,
      double[] scores,
      long[] numbers) {
    this.rows = rows;
    this.contributions = contributions;
    this.expected = expected;
    this.signatures = signatures;
    this.scores = scores;
    this.numbers = numbers;
  }

  AnomalyGroup tell(int number, int[] members) {
    int columns = rows.schema().columns().size();
    double[] shares = new double[columns];
    for (int i : members) {
      double[] own = Signatures.shares(contributions, i, columns);
      for (int j = 0; j < columns; j++) {
        shares[j] += own[j] / members.length;
      }
    }
    int[] order =
        IntStream.range(0, columns)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer j) -> -shares[j]))
            .limit(MOST_LEADING)
            .mapToInt(j -> j)
            .toArray();
    List<AnomalyGroup.Leading> leading =
        IntStream.range(0, order.length)
            .filter(k -> k == 0 || shares[order[k]] >= LEAST_SHARE)
            .mapToObj(
                k ->
                    new AnomalyGroup.Leading(
                        rows.schema().columns().get(order[k]).name(),
                        direction(order[k], members),
                        shares[order[k]]))
            .toList();
    return new AnomalyGroup(
        number,
        leading.stream()
            .map(l -> l.column() + " " + l.direction())
            .collect(Collectors.joining(", ")),
        members.length,
        leading,
        representatives(members),
        Arrays.stream(members).mapToDouble(i -> scores[i]).average().orElse(Double.NaN));
  }

  private String direction(int column, int[] members) {
    Map<String, Integer> votes = new HashMap<>();
    for (int i : members) {
      votes.merge(direction(column, i), 1, Integer::sum);
    }
    Map.Entry<String, Integer> most =
        votes.entrySet().stream()
            .max(
                Map.Entry.<String, Integer>comparingByValue()
                    .thenComparing(Map.Entry.comparingByKey()))
            .orElseThrow();
    return most.getValue() >= AGREEMENT * members.length ? most.getKey() : "unusual";
  }

  private String direction(int column, int row) {
    int count = rows.schema().numericCount();
    if (column >= count) {
      String value = rows.categorical(row, column - count);
      return value.isEmpty() ? "missing" : "= " + value;
    }
    Column of = rows.schema().columns().get(column);
    float value = rows.numeric(row, column);
    if (Float.isNaN(value)) {
      return "missing";
    }
    if (of.type() == ColumnType.BOOLEAN) {
      return "= " + (value >= 0.5f);
    }
    return of.type() == ColumnType.TIMESTAMP
        ? "unusual"
        : value > expected[row * count + column] ? "high" : "low";
  }

  /** The members nearest to the group's centre. */
  private List<Long> representatives(int[] members) {
    double[] center = new double[signatures[0].length];
    for (int i : members) {
      for (int j = 0; j < center.length; j++) {
        center[j] += signatures[i][j] / members.length;
      }
    }
    return Arrays.stream(members)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer i) -> Grouping.distance(signatures[i], center))
                .thenComparing(i -> numbers[i]))
        .limit(REPRESENTATIVES)
        .map(i -> numbers[i])
        .toList();
  }
}
