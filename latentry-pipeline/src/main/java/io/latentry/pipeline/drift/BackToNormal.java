package io.latentry.pipeline.drift;

import io.latentry.core.artifact.Manifest.ReferenceDistribution;
import io.latentry.core.data.Novelty;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.evaluation.OrderStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows as they would be without the drift of some columns, everything else as it is.
 *
 * <p>A number becomes the normal number of the same rank, so that large ones stay large and the
 * column goes together with the others as before; one of several that are the same takes a rank
 * among theirs by chance. Where a value lacks more often than it used to, and where a category
 * comes more often, as few rows as can be give place to another of the same rows by chance, one
 * that has a value, or a category that is wanting: so what stands in a row still goes together. If
 * there is none, the value alone is drawn from the normal ones. Values that lack less often are
 * taken away.
 */
final class BackToNormal {
  private static final double[] NONE = {};

  /** Between two of so few different values there is none. */
  private static final int FEW = 20;

  private final Rows rows;
  private final Schema schema;

  /** Kept here, since the schema counts them anew. */
  private final int numericCount;

  private final Map<String, ReferenceDistribution> reference;
  private final long seed;

  BackToNormal(Rows rows, Map<String, ReferenceDistribution> reference, long seed) {
    this.rows = rows;
    this.schema = rows.schema();
    this.numericCount = schema.numericCount();
    this.reference = reference;
    this.seed = seed;
  }

  /**
   * A cell that is to be another: of a number, to be there; of a category, the one that it names.
   */
  private record Wanted(int row, int column, String name) {}

  /** The rows with {@code columns}, of the schema, as normal rows have them. */
  Rows of(Collection<Integer> columns) {
    TreeSet<Integer> known = new TreeSet<>();
    for (int j : columns) {
      if (reference.containsKey(schema.columns().get(j).name())) {
        known.add(j);
      }
    }
    Random random = new Random(seed);
    List<Wanted> wanted = new ArrayList<>();
    for (int j : known) {
      wanted.addAll(j < numericCount ? lacking(j, random) : tooMany(j, random));
    }
    int[] places = IntStream.range(0, rows.count()).toArray();
    List<Wanted> left = replace(places, wanted, random);
    Rows chosen = rows.select(places);
    float[] numeric = chosen.numeric();
    float[] before = numeric.clone();
    String[] categorical = chosen.categorical();
    for (int j : known) {
      if (j < numericCount) {
        numbers(numeric, before, j, random);
      }
    }
    for (Wanted one : left) {
      if (one.column() < numericCount) {
        double[] kept = values(normal(one.column()));
        float after = drawn(isStepwise(one.column(), kept), kept, random.nextDouble());
        int row = one.row() * numericCount;
        numeric[row + one.column()] = after;
        for (int twin : twins(one.column())) {
          if (Float.isNaN(before[row + twin])) {
            numeric[row + twin] = after;
          }
        }
      } else {
        name(categorical, one);
      }
    }
    return chosen;
  }

  /** Cells without a number, as many as are more than usual. */
  private List<Wanted> lacking(int j, Random random) {
    int[] without =
        IntStream.range(0, rows.count())
            .filter(i -> rows.fault(i) == null && !Float.isFinite(rows.numeric(i, j)))
            .toArray();
    double usual = normal(j).missingShare() * rows.count();
    double share = without.length == 0 ? 0 : 1 - usual / without.length;
    return IntStream.of(without)
        .filter(i -> random.nextDouble() < share)
        .mapToObj(i -> new Wanted(i, j, ""))
        .toList();
  }

  /** Cells of categories that come more often than usual, each with one that comes less often. */
  private List<Wanted> tooMany(int j, Random random) {
    Map<String, Double> shares = normal(j).frequencies();
    if (shares == null) {
      return List.of();
    }
    int place = j - numericCount;
    Map<String, Double> usual = new TreeMap<>(shares);
    usual.put("", normal(j).missingShare());
    Map<String, Double> now = new TreeMap<>();
    for (int i = 0; i < rows.count(); i++) {
      now.merge(rows.categorical(i, place), 1.0 / rows.count(), Double::sum);
    }
    TreeMap<Double, String> wanting = new TreeMap<>();
    double sum = 0;
    for (Map.Entry<String, Double> each : usual.entrySet()) {
      double lack = each.getValue() - now.getOrDefault(each.getKey(), 0.0);
      if (lack > 0) {
        sum += lack;
        wanting.put(sum, each.getKey());
      }
    }
    List<Wanted> cells = new ArrayList<>();
    for (int i = 0; i < rows.count() && !wanting.isEmpty(); i++) {
      String name = rows.categorical(i, place);
      double keep = usual.getOrDefault(name, 0.0) / now.getOrDefault(name, 1.0);
      if (rows.fault(i) == null && random.nextDouble() >= keep) {
        Map.Entry<Double, String> drawn = wanting.higherEntry(random.nextDouble() * sum);
        cells.add(
            new Wanted(i, j, drawn == null ? wanting.lastEntry().getValue() : drawn.getValue()));
      }
    }
    return cells;
  }

  /** Puts other rows in place of those with a wanted cell; returns what no row can give. */
  private List<Wanted> replace(int[] places, List<Wanted> wanted, Random random) {
    Set<Integer> flagged = new HashSet<>();
    wanted.forEach(one -> flagged.add(one.row()));
    Map<String, int[]> donors = new HashMap<>();
    List<Wanted> left = new ArrayList<>();
    for (Wanted one : wanted) {
      int[] able =
          donors.computeIfAbsent(
              one.column() + " " + one.name(),
              key ->
                  IntStream.range(0, rows.count())
                      .filter(i -> !flagged.contains(i) && rows.fault(i) == null && has(i, one))
                      .toArray());
      if (able.length == 0) {
        left.add(one);
      } else {
        places[one.row()] = able[random.nextInt(able.length)];
      }
    }
    return left;
  }

  private boolean has(int row, Wanted one) {
    return one.column() < numericCount
        ? Float.isFinite(rows.numeric(row, one.column()))
        : rows.categorical(row, one.column() - numericCount).equals(one.name());
  }

  /** Gives every number of a column the normal one of its rank. */
  private void numbers(float[] numeric, float[] before, int j, Random random) {
    double[] kept = values(normal(j));
    boolean stepwise = isStepwise(j, kept);
    List<Integer> twins = twins(j);
    int width = numericCount;
    double[] sorted =
        IntStream.range(0, rows.count())
            .filter(i -> Float.isFinite(rows.numeric(i, j)))
            .mapToDouble(i -> rows.numeric(i, j))
            .sorted()
            .toArray();
    double missing = 1 - (double) sorted.length / Math.max(1, rows.count());
    double taken = kept.length == 0 ? 1 : (normal(j).missingShare() - missing) / (1 - missing);
    for (int i = 0; i < rows.count(); i++) {
      float value = before[i * width + j];
      // What a twin has made another by now stays so.
      if (!Float.isFinite(value) || Float.compare(numeric[i * width + j], value) != 0) {
        continue;
      }
      float after =
          random.nextDouble() < taken
              ? Float.NaN
              : drawn(stepwise, kept, rank(sorted, value, random));
      numeric[i * width + j] = after;
      for (int twin : twins) {
        // What was always the same stays so.
        if (Float.compare(before[i * width + twin], value) == 0) {
          numeric[i * width + twin] = after;
        }
      }
    }
  }

  private void name(String[] categorical, Wanted one) {
    int width = schema.categoricalCount();
    int place = one.row() * width - numericCount;
    String before = categorical[place + one.column()];
    categorical[place + one.column()] = one.name();
    for (int twin : twins(one.column())) {
      if (categorical[place + twin].equals(before)) {
        categorical[place + twin] = one.name();
      }
    }
  }

  /** Columns of the same input that always had the values of this one. */
  private List<Integer> twins(int j) {
    List<Integer> twins = new ArrayList<>();
    String name = schema.columns().get(j).name();
    String own = twin(j);
    for (int other = 0; other < schema.columns().size(); other++) {
      boolean sameInput = other < numericCount == j < numericCount;
      if (other != j
          && sameInput
          && (name.equals(twin(other)) || schema.columns().get(other).name().equals(own))) {
        twins.add(other);
      }
    }
    return twins;
  }

  private @Nullable String twin(int j) {
    Novelty novelty = schema.columns().get(j).novelty();
    return novelty == null ? null : novelty.twin();
  }

  private ReferenceDistribution normal(int j) {
    return Objects.requireNonNull(reference.get(schema.columns().get(j).name()));
  }

  /** Where a value stands among all, 0 to 1. */
  private static double rank(double[] sorted, double value, Random random) {
    int below = first(sorted, value, false);
    int upTo = first(sorted, value, true);
    return (below + random.nextDouble() * (upTo - below)) / sorted.length;
  }

  /** The first place of a value that is larger, or also of one that is the same. */
  private static int first(double[] sorted, double value, boolean larger) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value || (larger && sorted[middle] == value)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Whether there is nothing between two values of a column. */
  private boolean isStepwise(int j, double[] kept) {
    return schema.columns().get(j).like(0.5f) != 0.5f
        || Arrays.stream(kept).distinct().limit(FEW).count() < FEW;
  }

  private static float drawn(boolean stepwise, double[] kept, double rank) {
    if (kept.length == 0) {
      return Float.NaN;
    }
    if (stepwise) {
      return (float) kept[Math.min(kept.length - 1, (int) (rank * kept.length))];
    }
    return (float) OrderStatistics.quantile(kept, rank);
  }

  private static double[] values(ReferenceDistribution normal) {
    float[] values = normal.values();
    return values == null
        ? NONE
        : IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }
}
