package io.latentry.pipeline.drift;

import io.latentry.core.artifact.Manifest.ReferenceDistribution;
import io.latentry.core.data.Column;
import io.latentry.core.data.Novelty;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.evaluation.OrderStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Rows as they would be without the drift of some columns, everything else as it is.
 *
 * <p>A number becomes the normal number of the same rank, so that large ones stay large and the
 * column goes together with the others as before; one of several that are the same takes a rank
 * among theirs by chance. Of categories as few as can be are changed, by chance, until the mix is
 * normal. Values that lack more often than they used to are drawn from the normal ones, which knows
 * nothing of the rest of the row; values that lack less often are taken away.
 */
final class BackToNormal {
  private static final double[] NONE = {};

  private final Rows rows;
  private final Schema schema;
  private final Map<String, ReferenceDistribution> reference;
  private final long seed;

  BackToNormal(Rows rows, Map<String, ReferenceDistribution> reference, long seed) {
    this.rows = rows;
    this.schema = rows.schema();
    this.reference = reference;
    this.seed = seed;
  }

  /** The rows with {@code columns}, of the schema, as normal rows have them. */
  Rows of(Collection<Integer> columns) {
    float[] numeric = rows.numeric().clone();
    String[] categorical = rows.categorical().clone();
    for (int j : new TreeSet<>(columns)) {
      ReferenceDistribution normal = reference.get(schema.columns().get(j).name());
      if (normal == null) {
        continue;
      }
      Random random = new Random(seed + j);
      if (j < schema.numericCount()) {
        numbers(numeric, j, normal, random);
      } else {
        names(categorical, j, normal, random);
      }
    }
    @Nullable String[] faults = new String[rows.count()];
    Arrays.setAll(faults, rows::fault);
    return new Rows(schema, rows.count(), numeric, categorical, faults);
  }

  private void numbers(float[] numeric, int j, ReferenceDistribution normal, Random random) {
    float[] values = normal.values();
    double[] kept = values == null ? NONE : doubles(values);
    int width = schema.numericCount();
    double[] now = new double[rows.count()];
    int given = 0;
    for (int i = 0; i < rows.count(); i++) {
      float value = rows.numeric(i, j);
      if (Float.isFinite(value)) {
        now[given++] = value;
      }
    }
    double[] sorted = Arrays.copyOf(now, given);
    Arrays.sort(sorted);
    double missing = 1 - (double) given / Math.max(1, rows.count());
    Column column = schema.columns().get(j);
    for (int i = 0; i < rows.count(); i++) {
      float value = rows.numeric(i, j);
      float other = value;
      if (!Float.isFinite(value)) {
        // Of those that lack now, as many keep lacking as lacked before.
        boolean keeps = random.nextDouble() * missing < normal.missingShare() || kept.length == 0;
        other = keeps && Float.isNaN(value) ? value : drawn(column, kept, random.nextDouble());
      } else if (random.nextDouble() * (1 - missing) < normal.missingShare() - missing
          || kept.length == 0) {
        other = Float.NaN;
      } else {
        other = drawn(column, kept, rank(sorted, value, random));
      }
      put(numeric, i, j, width, value, other);
    }
  }

  /** The same value in the columns that always had it. */
  private void put(float[] numeric, int row, int j, int width, float before, float after) {
    numeric[row * width + j] = after;
    for (int other : twins(j)) {
      float theirs = rows.numeric(row, other);
      if (Float.compare(theirs, before) == 0) {
        numeric[row * width + other] = after;
      }
    }
  }

  private List<Integer> twins(int j) {
    List<Integer> twins = new ArrayList<>();
    String name = schema.columns().get(j).name();
    String own = twin(j);
    for (int other = 0; other < schema.columns().size(); other++) {
      if (other != j
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

  private static float drawn(Column column, double[] kept, double rank) {
    if (kept.length == 0) {
      return Float.NaN;
    }
    double[] ends = {kept[0], kept[kept.length - 1]};
    if (column.like(0.5f) != 0.5f || Arrays.stream(kept).distinct().limit(20).count() < 20) {
      // Between two of few values there is none.
      return (float) kept[Math.min(kept.length - 1, (int) (rank * kept.length))];
    }
    return (float) Math.max(ends[0], Math.min(ends[1], OrderStatistics.quantile(kept, rank)));
  }

  private void names(String[] categorical, int j, ReferenceDistribution normal, Random random) {
    Map<String, Double> shares = normal.frequencies();
    if (shares == null) {
      return;
    }
    int place = j - schema.numericCount();
    int width = schema.categoricalCount();
    TreeMap<String, Double> wanted = new TreeMap<>(shares);
    wanted.put("", normal.missingShare());
    Map<String, Double> now = new TreeMap<>();
    for (int i = 0; i < rows.count(); i++) {
      now.merge(rows.categorical(i, place), 1.0 / rows.count(), Double::sum);
    }
    TreeMap<Double, String> lacking = new TreeMap<>();
    double sum = 0;
    for (Map.Entry<String, Double> each : wanted.entrySet()) {
      double lack = each.getValue() - now.getOrDefault(each.getKey(), 0.0);
      if (lack > 0) {
        sum += lack;
        lacking.put(sum, each.getKey());
      }
    }
    for (int i = 0; i < rows.count(); i++) {
      String name = rows.categorical(i, place);
      double keep = wanted.getOrDefault(name, 0.0) / now.getOrDefault(name, 1.0);
      if (random.nextDouble() >= keep && !lacking.isEmpty()) {
        Map.Entry<Double, String> drawn = lacking.higherEntry(random.nextDouble() * sum);
        String other = drawn == null ? lacking.lastEntry().getValue() : drawn.getValue();
        categorical[i * width + place] = other;
        for (int twin : twins(j)) {
          int theirs = twin - schema.numericCount();
          if (theirs >= 0 && rows.categorical(i, theirs).equals(name)) {
            categorical[i * width + theirs] = other;
          }
        }
      }
    }
  }

  private static double[] doubles(float[] values) {
    double[] copy = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      copy[i] = values[i];
    }
    return copy;
  }
}
