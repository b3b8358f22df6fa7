package io.latentry.pipeline.explain;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.evaluation.SampleMoments;
import io.latentry.core.graph.Output;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Searches the fewest cells that have to change for an anomalous row to be normal.
 *
 * <p>What a cell may become is what the model expects there, and what the stored normal rows have
 * that are most like the row in its other columns. Every single change is tried, then every pair
 * among the columns that contribute most; beyond that, the change that lowers the score most is
 * made, again and again; and if that leads nowhere, every cell of a similar normal row is taken. In
 * the end each change that can be left out is left out. Every step is the artifact's own score,
 * against the row's own threshold.
 */
public final class SmallestRepair {
  /** Normal rows that lend their values to a cell. */
  private static final int LENDERS = 3;

  /** Columns whose pairs are all tried. */
  private static final int PAIRED = 10;

  /** Columns that a change is looked for in, those that contribute most. */
  private static final int MOST_COLUMNS = 60;

  /** Changes after which a row is better called another row. */
  private static final int MOST_CHANGES = 12;

  private final Scorer scorer;
  private final Manifest manifest;
  private final Schema schema;
  private final double[] spread;

  public SmallestRepair(Scorer scorer) {
    this.scorer = scorer;
    this.manifest = scorer.manifest();
    this.schema = manifest.schema();
    this.spread = new double[schema.numericCount()];
    for (int j = 0; j < spread.length; j++) {
      spread[j] = spread(j);
    }
  }

  /** One row, or the row with some of its cells changed. */
  private record Cells(float[] numeric, String[] categorical) {
    Cells with(Candidate change) {
      float[] numbers = numeric.clone();
      String[] texts = categorical.clone();
      if (change.column() < numbers.length) {
        numbers[change.column()] = change.number();
      } else {
        texts[change.column() - numbers.length] = change.text();
      }
      return new Cells(numbers, texts);
    }

    Cells with(List<Candidate> changes) {
      Cells cells = this;
      for (Candidate change : changes) {
        cells = cells.with(change);
      }
      return cells;
    }
  }

  /** What a cell may become. */
  private record Candidate(int column, float number, String text) {}

  /**
   * Changes and the score that they lead to.
   *
   * @param excess of the score over the threshold; an anomaly if above 0
   */
  private record Attempt(List<Candidate> changes, double score, double excess) {
    static final Attempt NONE =
        new Attempt(List.of(), Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    boolean isAnomaly() {
      return excess > 0;
    }
  }

  /**
   * @param contributions {@code [columns]} of the row
   * @return nothing if no few changes clear the alarm
   */
  public Optional<ProposedRepair> of(Rows rows, int index, float[] contributions) {
    Cells row = cells(rows, index);
    int[] columns =
        IntStream.range(0, contributions.length)
            .boxed()
            // A text cannot be written out of what it is like.
            .filter(j -> schema.ofText(j).isEmpty())
            .sorted(Comparator.comparingDouble(j -> -contributions[j]))
            .limit(MOST_COLUMNS)
            .mapToInt(j -> j)
            .toArray();
    List<Candidate> singles = candidates(row, columns);
    if (singles.isEmpty()) {
      return Optional.empty();
    }
    Attempt best = best(row, singles.stream().map(List::of).toList());
    if (best.isAnomaly()) {
      Attempt pair = best(row, pairs(singles, columns));
      best = pair.excess() < best.excess() ? pair : best;
    }
    if (best.isAnomaly()) {
      best = grown(row, best, columns);
    }
    if (best.isAnomaly()) {
      best = shrunk(row, columns);
    }
    return best.isAnomaly()
        ? Optional.empty()
        : Optional.of(told(rows, index, irreducible(row, best)));
  }

  /** Makes the change that lowers the score most, until none does. */
  private Attempt grown(Cells row, Attempt start, int[] columns) {
    Attempt best = start;
    boolean better = true;
    while (better && best.isAnomaly() && best.changes().size() < MOST_CHANGES) {
      Attempt next = best(row, oneMore(row.with(best.changes()), best, columns));
      better = next.excess() < best.excess();
      best = better ? next : best;
    }
    return best;
  }

  /** Takes every cell of a similar normal row, and leaves out what can be left out. */
  private Attempt shrunk(Cells row, int[] columns) {
    Attempt shortest = Attempt.NONE;
    for (Manifest.ReferenceRow lender : lenders(row, -1)) {
      List<Candidate> all = IntStream.of(columns).mapToObj(j -> borrowed(lender, j)).toList();
      Attempt attempt = best(row, List.of(all));
      if (!attempt.isAnomaly()) {
        Attempt less = irreducible(row, attempt);
        boolean few = less.changes().size() <= MOST_CHANGES;
        boolean fewer = less.changes().size() < shortest.changes().size();
        shortest = few && (shortest.changes().isEmpty() || fewer) ? less : shortest;
      }
    }
    return shortest;
  }

  private static List<List<Candidate>> pairs(List<Candidate> singles, int[] columns) {
    Set<Integer> paired = Set.copyOf(IntStream.of(columns).limit(PAIRED).boxed().toList());
    List<Candidate> some = singles.stream().filter(c -> paired.contains(c.column())).toList();
    List<List<Candidate>> pairs = new ArrayList<>();
    for (Candidate a : some) {
      for (Candidate b : some) {
        if (a.column() < b.column()) {
          pairs.add(List.of(a, b));
        }
      }
    }
    return pairs;
  }

  private List<List<Candidate>> oneMore(Cells changed, Attempt soFar, int[] columns) {
    List<List<Candidate>> longer = new ArrayList<>();
    for (Candidate candidate : candidates(changed, columns)) {
      if (soFar.changes().stream().noneMatch(c -> c.column() == candidate.column())) {
        List<Candidate> changes = new ArrayList<>(soFar.changes());
        changes.add(candidate);
        longer.add(changes);
      }
    }
    return longer;
  }

  /** Leaves out what the alarm stays clear without. */
  private Attempt irreducible(Cells row, Attempt found) {
    Attempt attempt = found;
    boolean shorter = true;
    while (shorter && attempt.changes().size() > 1) {
      List<List<Candidate>> without = new ArrayList<>();
      for (Candidate left : attempt.changes()) {
        without.add(attempt.changes().stream().filter(c -> !c.equals(left)).toList());
      }
      Attempt next = best(row, without);
      shorter = !next.isAnomaly();
      attempt = shorter ? next : attempt;
    }
    return attempt;
  }

  /**
   * The attempt that is furthest below its threshold; none is infinitely above. That is the lower
   * one of the row's own and the changed row's, so that to be of another segment clears nothing.
   */
  private Attempt best(Cells row, List<List<Candidate>> attempts) {
    if (attempts.isEmpty()) {
      return Attempt.NONE;
    }
    Rows changed = rows(attempts.stream().map(row::with).toList());
    float[] scores = scorer.score(changed, EnumSet.of(Output.SCORE)).values(Output.SCORE);
    Threshold threshold = manifest.threshold().current();
    double own = threshold.limits(rows(List.of(row)))[0];
    double[] limits = threshold.limits(changed);
    Attempt best = Attempt.NONE;
    for (int i = 0; i < scores.length; i++) {
      double excess = scores[i] - Math.min(own, limits[i]);
      // A change that makes the row unscorable has NaN, and is none.
      if (excess < best.excess()) {
        best = new Attempt(attempts.get(i), scores[i], excess);
      }
    }
    return best;
  }

  private List<Candidate> candidates(Cells row, int[] columns) {
    Set<Output> wanted = EnumSet.of(Output.RECONSTRUCTION, Output.RECONSTRUCTION_CATEGORICAL);
    wanted.retainAll(scorer.outputs());
    Scores expected = scorer.score(rows(List.of(row)), wanted);
    List<Candidate> candidates = new ArrayList<>();
    for (int column : columns) {
      Set<Candidate> own = new LinkedHashSet<>();
      if (column < row.numeric().length) {
        own.add(number(column, expected.values(Output.RECONSTRUCTION)[column]));
      } else {
        own.add(
            new Candidate(column, 0, expected.expectedCategories()[column - row.numeric().length]));
      }
      for (Manifest.ReferenceRow lender : lenders(row, column)) {
        own.add(borrowed(lender, column));
      }
      candidates.addAll(own);
    }
    return candidates;
  }

  private Candidate borrowed(Manifest.ReferenceRow lender, int column) {
    int numbers = schema.numericCount();
    return column < numbers
        ? number(column, lender.numeric()[column])
        : new Candidate(column, 0, lender.categorical()[column - numbers]);
  }

  /** A number as it can be told, so that the one told is the one that was scored. */
  private Candidate number(int column, float value) {
    return new Candidate(
        column,
        switch (schema.columns().get(column).type()) {
          case BOOLEAN, TIMESTAMP -> Math.round(value);
          default ->
              Float.isNaN(value)
                  ? value
                  : schema
                      .columns()
                      .get(column)
                      .centred(
                          Double.parseDouble(
                              FeatureReader.text(
                                  schema.columns().get(column),
                                  schema.columns().get(column).like(value))));
        },
        "");
  }

  /** The stored normal rows that are most like {@code row} but for {@code column}. */
  private List<Manifest.ReferenceRow> lenders(Cells row, int column) {
    return manifest.normals().stream()
        .sorted(
            Comparator.comparingDouble((Manifest.ReferenceRow n) -> distance(n, row, column))
                .thenComparing(Manifest.ReferenceRow::row))
        .limit(LENDERS)
        .toList();
  }

  private double distance(Manifest.ReferenceRow normal, Cells row, int except) {
    double sum = 0;
    for (int j = 0; j < spread.length; j++) {
      if (j != except) {
        double difference = (normal.numeric()[j] - row.numeric()[j]) / spread[j];
        // A cell further out than that says nothing of the others.
        sum += Double.isNaN(difference) ? 1 : Math.min(9, difference * difference);
      }
    }
    for (int j = 0; j < row.categorical().length; j++) {
      boolean differs = !normal.categorical()[j].equals(row.categorical()[j]);
      sum += j + spread.length != except && differs ? 2 : 0;
    }
    return sum;
  }

  /** Standard deviation over the stored normal rows; 1 if there is none. */
  private double spread(int column) {
    double[] values =
        manifest.normals().stream()
            .mapToDouble(n -> n.numeric()[column])
            .filter(v -> !Double.isNaN(v))
            .toArray();
    double deviation = SampleMoments.of(values).standardDeviation();
    return deviation > 0 ? deviation : 1;
  }

  private Cells cells(Rows rows, int index) {
    int numbers = schema.numericCount();
    int texts = schema.categoricalCount();
    return new Cells(
        Arrays.copyOfRange(rows.numeric(), index * numbers, (index + 1) * numbers),
        Arrays.copyOfRange(rows.categorical(), index * texts, (index + 1) * texts));
  }

  private Rows rows(List<Cells> all) {
    int numbers = schema.numericCount();
    int texts = schema.categoricalCount();
    float[] numeric = new float[all.size() * numbers];
    String[] categorical = new String[all.size() * texts];
    for (int i = 0; i < all.size(); i++) {
      System.arraycopy(all.get(i).numeric(), 0, numeric, i * numbers, numbers);
      System.arraycopy(all.get(i).categorical(), 0, categorical, i * texts, texts);
    }
    return Rows.of(schema, all.size(), numeric, categorical);
  }

  private ProposedRepair told(Rows rows, int index, Attempt attempt) {
    int numbers = schema.numericCount();
    return new ProposedRepair(
        attempt.changes().stream()
            .sorted(Comparator.comparingInt(Candidate::column))
            .map(
                c ->
                    c.column() < numbers
                        ? new ProposedRepair.Change(
                            schema.columns().get(c.column()).name(),
                            FeatureReader.text(
                                schema.columns().get(c.column()), rows.numeric(index, c.column())),
                            FeatureReader.text(schema.columns().get(c.column()), c.number()))
                        : new ProposedRepair.Change(
                            schema.columns().get(c.column()).name(),
                            rows.categorical(index, c.column() - numbers),
                            c.text()))
            .toList(),
        attempt.score());
  }
}
