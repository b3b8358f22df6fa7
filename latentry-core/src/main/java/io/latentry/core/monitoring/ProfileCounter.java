package io.latentry.core.monitoring;

import io.latentry.core.data.NovelValues;
import io.latentry.core.data.Rows;
import io.latentry.core.verdict.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts rows into a {@link Profile}. Not thread-safe. */
public final class ProfileCounter {
  /** Columns whose values are counted; of a wider table the first. */
  public static final int MOST_COLUMNS = 256;

  private static final String OTHERS = "(others)";

  private final List<Quantity> quantities;
  private final int columns;
  private final int score;
  private final LatentSample sample;
  private final SortedMap<String, Long> unscorableBy = new TreeMap<>();
  private final SortedMap<String, Long> novelties = new TreeMap<>();
  private final long[] latency = new long[Profile.LATENCY_MILLIS.length + 1];
  private final long[][] rows;
  private final long[][] alarms;
  private final long[] missing;
  private final long[] missingAlarms;
  private long normal;
  private long anomaly;
  private long unscorable;
  private long missed;
  private long requests;
  private long failed;

  /**
   * @param quantities of the version, as {@link Quantity#of} lists them
   */
  public ProfileCounter(List<Quantity> quantities) {
    this(quantities, 0);
  }

  /**
   * @param quantities of the version, as {@link Quantity#of} lists them
   * @param seed of the sample of rows whose latent means are counted: another for each time, so
   *     that it is not the same rows of a table that comes again and again
   */
  public ProfileCounter(List<Quantity> quantities, long seed) {
    this.quantities = quantities;
    this.score = Quantity.indexOfScore(quantities);
    this.columns = Math.min(MOST_COLUMNS, Math.max(0, score - 2));
    this.sample = new LatentSample(quantities.subList(score + 1, quantities.size()), seed);
    int count = score + 1;
    rows = new long[count][];
    alarms = new long[count][];
    missing = new long[count];
    missingAlarms = new long[count];
    for (int i = 0; i < count; i++) {
      rows[i] = new long[quantities.get(i).bins()];
      alarms[i] = new long[rows[i].length];
    }
  }

  /**
   * A row without a verdict.
   *
   * @param reason its kind, or {@link io.latentry.core.data.RowScreen#missingValue}: there should
   *     be few of them, and beyond {@value #MOST_COLUMNS} they count as one
   */
  public void unscorable(String reason) {
    unscorable++;
    boolean room = unscorableBy.containsKey(reason) || unscorableBy.size() < MOST_COLUMNS;
    unscorableBy.merge(room ? reason : OTHERS, 1L, Long::sum);
  }

  /**
   * A row with a verdict.
   *
   * @param table the rows; of a series, the points that are judged; null where there are no
   *     columns, as of images
   * @param outputs {@code [3]}: reconstruction term, latent term, score; NaN where there is none
   */
  public void judged(@Nullable Rows table, int row, Verdict verdict, double[] outputs) {
    judged(table, row, verdict, outputs, 1);
  }

  /**
   * The same of a row whose columns are counted for others too.
   *
   * @param weight rows that its columns stand for, with those before it whose columns were not
   *     counted; 0 if they are not counted themselves
   */
  public void judged(@Nullable Rows table, int row, Verdict verdict, double[] outputs, int weight) {
    boolean alarm = verdict == Verdict.ANOMALY;
    normal += alarm ? 0 : 1;
    anomaly += alarm ? 1 : 0;
    if (quantities.isEmpty()) {
      return;
    }
    if (table != null && weight > 0) {
      columns(table, row, alarm, weight);
    }
    for (int i = 0; i < outputs.length; i++) {
      number(score + 1 - outputs.length + i, outputs[i], alarm, 1);
    }
  }

  private void columns(Rows table, int row, boolean alarm, int weight) {
    int numeric = table.schema().numericCount();
    for (int j = 0; j < columns; j++) {
      if (j < numeric) {
        number(j, table.numeric(row, j), alarm, weight);
      } else {
        String name = table.categorical(row, j - numeric);
        count(j, name.isEmpty() ? -1 : quantities.get(j).bin(name), alarm, weight);
      }
    }
  }

  /**
   * Draws whether the row that was judged last is in the sample of rows whose latent means are
   * counted. Whoever asks for these draws for every row.
   *
   * @return what its {@link #latentMeans} may be handed in by; empty if it is not
   */
  public OptionalLong sampled() {
    return sample.draw();
  }

  /** Whether such a row is in the sample still: later ones may have taken its place. */
  public boolean isSampled(long number) {
    return sample.has(number);
  }

  /**
   * What the model says of a row of the sample, at any later time.
   *
   * @param means {@code [latent]}
   */
  public void latentMeans(long number, float[] means, Verdict verdict) {
    sample.add(number, means, verdict == Verdict.ANOMALY);
  }

  private void number(int quantity, double value, boolean alarm, int weight) {
    int bin = Double.isFinite(value) ? quantities.get(quantity).bin(value) : -1;
    count(quantity, bin, alarm, weight);
  }

  private void count(int quantity, int bin, boolean alarm, int weight) {
    if (bin < 0) {
      missing[quantity] += weight;
      missingAlarms[quantity] += alarm ? weight : 0;
    } else {
      rows[quantity][bin] += weight;
      alarms[quantity][bin] += alarm ? weight : 0;
    }
  }

  /** What a row shows that training never saw, with a verdict or without. */
  public void novel(@Nullable NovelValues values) {
    if (values != null) {
      for (String column : values.features()) {
        boolean room = novelties.containsKey(column) || novelties.size() < MOST_COLUMNS;
        novelties.merge(room ? column : OTHERS, 1L, Long::sum);
      }
    }
  }

  /** Rows that could not be counted. */
  public void missed(long more) {
    missed += more;
  }

  /** A request for verdicts is over. */
  public void answered(double millis, boolean withError) {
    requests++;
    failed += withError ? 1 : 0;
    int bin = 0;
    while (bin < Profile.LATENCY_MILLIS.length && millis > Profile.LATENCY_MILLIS[bin]) {
      bin++;
    }
    latency[bin]++;
  }

  /** What was counted so far, as a copy. */
  public Profile profile() {
    List<Profile.Counts> counts = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      counts.add(
          new Profile.Counts(rows[i].clone(), alarms[i].clone(), missing[i], missingAlarms[i]));
    }
    for (int i = 0; i < quantities.size() - rows.length; i++) {
      counts.add(sample.counts(i));
    }
    return new Profile(
        normal,
        anomaly,
        unscorable,
        new TreeMap<>(unscorableBy),
        new TreeMap<>(novelties),
        missed,
        requests,
        failed,
        latency.clone(),
        counts);
  }
}
