package io.latentry.core.monitoring;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Manifest.ReferenceDistribution;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.drift.NumericShift;
import io.latentry.core.evaluation.OrderStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A column, a term, the score or a latent mean, and the bins that its values are counted by. The
 * bins come from the manifest alone, so that whoever has the artifact counts alike, and counts add
 * up.
 *
 * <p>Numbers have a bin for each sixteenth of the normal values, and to either side of them bins
 * that become wider with the distance. A bin ends with its upper edge, so that the rows above a
 * score that is an edge are those of the bins behind it. Of names each has a bin, and all others
 * together the last one.
 */
public final class Quantity {
  /** What it is of. */
  public enum Kind {
    COLUMN,
    TERM,
    SCORE,
    /** A latent mean, which is counted of a sample of the rows. */
    LATENT
  }

  /** Numbers of so few different normal values are compared as categories. */
  private static final int MOST_LEVELS = 5;

  private static final int SHARES = 16;

  /** Of scores, where thresholds lie. */
  private static final double[] TAIL = {0.97, 0.98, 0.985, 0.99, 0.9925, 0.995, 0.9975, 0.999};

  /** Edges beyond the normal values, in spreads from the outermost. */
  private static final double[] BEYOND = {0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 32};

  /** More names share the last bin. */
  private static final int MOST_NAMES = 200;

  private final String name;
  private final Kind kind;
  private final double[] edges;
  private final Map<String, Integer> names;
  private final boolean numbers;
  private final boolean levels;
  private final double[] reference;
  private final double missingShare;
  private final double referenceRows;
  private final int dimension;

  private Quantity(
      String name,
      Kind kind,
      double[] edges,
      Map<String, Integer> names,
      boolean numbers,
      boolean levels,
      double[] reference,
      double missingShare,
      double referenceRows,
      int dimension) {
    this.name = name;
    this.kind = kind;
    this.edges = edges;
    this.names = names;
    this.numbers = numbers;
    this.levels = levels;
    this.reference = reference;
    this.missingShare = missingShare;
    this.referenceRows = referenceRows;
    this.dimension = dimension;
  }

  /**
   * Every quantity of a model: its columns in the order of the schema, both terms, the score; then
   * of tables and series the latent means that it uses.
   *
   * @return empty if the artifact keeps no reference of each
   */
  public static List<Quantity> of(Manifest manifest) {
    List<Column> columns = manifest.schema().columns();
    List<ReferenceDistribution> reference = manifest.reference();
    if (reference.size() != columns.size() + 3) {
      return List.of();
    }
    double rows = manifest.calibration().rows();
    List<Quantity> all = new ArrayList<>();
    for (int j = 0; j < columns.size(); j++) {
      Column column = columns.get(j);
      ReferenceDistribution of = reference.get(j);
      all.add(
          j < manifest.schema().numericCount()
              ? ofNumbers(
                  column.name(),
                  Kind.COLUMN,
                  doubles(of.values()),
                  column.type() == ColumnType.BOOLEAN,
                  of.missingShare())
              : ofNames(column, of, rows));
    }
    for (int j = columns.size(); j < columns.size() + 2; j++) {
      ReferenceDistribution of = reference.get(j);
      all.add(ofNumbers(of.name(), Kind.TERM, doubles(of.values()), false, 0));
    }
    double[] scores = manifest.calibration().scores().clone();
    Arrays.sort(scores);
    all.add(ofNumbers(reference.get(columns.size() + 2).name(), Kind.SCORE, scores, false, 0));
    if (manifest.image() == null) {
      for (LatentMean mean : LatentMean.of(manifest.normals())) {
        all.add(ofNumbers(mean.name(), Kind.LATENT, mean.normal(), false, 0, mean.dimension()));
      }
    }
    return List.copyOf(all);
  }

  /** Where the score is among {@link #of all quantities}; below 0 if they are none. */
  public static int indexOfScore(List<Quantity> quantities) {
    int last = quantities.size() - 1;
    while (last >= 0 && quantities.get(last).kind != Kind.SCORE) {
      last--;
    }
    return last;
  }

  private static Quantity ofNumbers(
      String name, Kind kind, double[] values, boolean truth, double missingShare) {
    return ofNumbers(name, kind, values, truth, missingShare, -1);
  }

  private static Quantity ofNumbers(
      String name, Kind kind, double[] values, boolean truth, double missingShare, int dimension) {
    double[] distinct = Arrays.stream(values).distinct().toArray();
    boolean levels = distinct.length > 0 && (truth || distinct.length <= MOST_LEVELS);
    double[] edges = levels ? between(distinct) : edges(values, kind);
    double[] reference = new double[edges.length + 1];
    for (double value : values) {
      reference[bin(edges, value)] += 1.0 / values.length;
    }
    return new Quantity(
        name,
        kind,
        edges,
        Map.of(),
        true,
        levels,
        reference,
        missingShare,
        values.length,
        dimension);
  }

  private static Quantity ofNames(Column column, ReferenceDistribution of, double rows) {
    Map<String, Double> shares = of.frequencies() == null ? Map.of() : of.frequencies();
    List<String> known = new ArrayList<>(column.categories());
    shares.keySet().stream().sorted().filter(n -> !known.contains(n)).forEach(known::add);
    Map<String, Integer> names = new HashMap<>();
    known.stream()
        .sorted((a, b) -> Double.compare(shares.getOrDefault(b, 0.0), shares.getOrDefault(a, 0.0)))
        .limit(MOST_NAMES)
        .forEach(n -> names.put(n, names.size()));
    double[] reference = new double[names.size() + 1];
    double sum = shares.values().stream().mapToDouble(s -> s).sum();
    shares.forEach(
        (n, share) ->
            reference[names.getOrDefault(n, names.size())] += share / Math.max(1e-9, sum));
    return new Quantity(
        column.name(),
        Kind.COLUMN,
        new double[0],
        Map.copyOf(names),
        false,
        false,
        reference,
        of.missingShare(),
        rows,
        -1);
  }

  /** Edges between so few values, and beyond them. */
  private static double[] between(double[] ascending) {
    TreeSet<Double> edges = new TreeSet<>();
    for (int i = 0; i + 1 < ascending.length; i++) {
      edges.add((ascending[i] + ascending[i + 1]) / 2);
    }
    double last = ascending[ascending.length - 1];
    double step = ascending.length < 2 ? Math.max(1, Math.abs(last)) : last - ascending[0];
    edges.add(ascending[0] - step / 2);
    edges.add(last + step / 2);
    return edges.stream().mapToDouble(e -> e).toArray();
  }

  private static double[] edges(double[] ascending, Kind kind) {
    if (ascending.length == 0) {
      return new double[0];
    }
    double spread = NumericShift.spread(ascending);
    double least = ascending[0];
    double most = ascending[ascending.length - 1];
    DoubleStream inside =
        IntStream.rangeClosed(0, SHARES)
            .mapToDouble(i -> OrderStatistics.quantile(ascending, (double) i / SHARES));
    if (kind == Kind.SCORE) {
      inside =
          DoubleStream.concat(
              inside, Arrays.stream(TAIL).map(l -> OrderStatistics.quantile(ascending, l)));
    }
    return DoubleStream.concat(
            inside,
            Arrays.stream(BEYOND)
                .flatMap(by -> DoubleStream.of(least - by * spread, most + by * spread)))
        .sorted()
        .distinct()
        .toArray();
  }

  /**
   * The same with other values as its reference.
   *
   * @param rows {@code [bins]}: how many there were
   * @param independentRows that they are worth
   */
  Quantity against(long[] rows, double missing, double independentRows) {
    double all = Math.max(1, Arrays.stream(rows).sum());
    return new Quantity(
        name,
        kind,
        edges,
        names,
        numbers,
        levels,
        Arrays.stream(rows).mapToDouble(count -> count / all).toArray(),
        missing,
        independentRows,
        dimension);
  }

  public String name() {
    return name;
  }

  public Kind kind() {
    return kind;
  }

  /** Which latent mean it is, from 0; below 0 of anything else. */
  public int dimension() {
    return dimension;
  }

  public int bins() {
    return reference.length;
  }

  /** Whether values are numbers, which have an order and distances. */
  public boolean isOfNumbers() {
    return numbers && !levels;
  }

  /** Whether it has names, the last bin of which is for all that training never saw. */
  public boolean isOfNames() {
    return !numbers;
  }

  /** Share of missing values among the normal rows. */
  public double missingShare() {
    return missingShare;
  }

  /** Normal values behind the reference; 0 if it has none. */
  public double referenceRows() {
    return referenceRows;
  }

  /** {@code [bins]}: shares of the normal values, as a copy. */
  public double[] reference() {
    return reference.clone();
  }

  /** {@code [bins - 1]} of numbers, ascending, as a copy. */
  public double[] edges() {
    return edges.clone();
  }

  /**
   * @param value a finite number
   */
  public int bin(double value) {
    return bin(edges, value);
  }

  public int bin(String category) {
    return names.getOrDefault(category, names.size());
  }

  /**
   * The first edge that is not below the value; no branch depends on it, as it is hard to guess.
   */
  private static int bin(double[] edges, double value) {
    int below = 0;
    int left = edges.length;
    while (left > 1) {
      int half = left >>> 1;
      below = edges[below + half - 1] < value ? below + half : below;
      left -= half;
    }
    return left == 1 && edges[below] < value ? below + 1 : below;
  }

  /**
   * Values that lie as counts do, evenly within each bin.
   *
   * @param counts {@code [bins]}, not all 0
   * @return ascending, {@code size} of them
   */
  double[] values(double[] counts, int size) {
    double all = Arrays.stream(counts).sum();
    double[] values = new double[size];
    int at = 0;
    double below = 0;
    for (int i = 0; i < size; i++) {
      double rank = (i + 0.5) / size * all;
      while (at + 1 < counts.length && rank > below + counts[at]) {
        below += counts[at++];
      }
      double low = at == 0 ? edges[0] : edges[at - 1];
      double high = at == edges.length ? edges[at - 1] : edges[at];
      double part = counts[at] > 0 ? Math.min(1, (rank - below) / counts[at]) : 0.5;
      values[i] = low + part * (high - low);
    }
    return values;
  }

  private static double[] doubles(float @Nullable [] values) {
    if (values == null) {
      return new double[0];
    }
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).sorted().toArray();
  }
}
