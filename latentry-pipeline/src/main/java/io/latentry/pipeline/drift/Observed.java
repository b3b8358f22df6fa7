package io.latentry.pipeline.drift;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.pipeline.score.ScoreOutcome;
import io.latentry.pipeline.score.VerdictTally;
import io.latentry.scoring.Judgements;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was seen of some rows: counts of all of them, and a sample. Memory is bounded whatever their
 * number.
 */
final class Observed {
  /** Rows of the sample; beside a reference of 500 rows more would tell next to nothing more. */
  private static final int MOST_SAMPLED = 10_000;

  private static final int FEWEST_SAMPLED = 1_000;

  /** Values of the sample, for wide tables. */
  private static final int MOST_VALUES = 20_000_000;

  /** Names of a column that are counted one by one beside those that are known. */
  private static final int MOST_NEW_NAMES = 1_000;

  /** Where names beyond those are counted; no cell says it, since cells have no such character. */
  static final String FURTHER = "\u0000further";

  private final int numericCount;
  private final int categoricalCount;
  private final RowSample sample;
  private final VerdictTally verdicts = new VerdictTally();
  private final List<Map<String, Long>> names = new ArrayList<>();
  private final List<Integer> mostNames = new ArrayList<>();
  private final long[] missing;
  private long readable;

  Observed(Schema schema, long seed) {
    this.numericCount = schema.numericCount();
    this.categoricalCount = schema.categoricalCount();
    this.sample =
        new RowSample(
            schema,
            Math.max(FEWEST_SAMPLED, Math.min(MOST_SAMPLED, MOST_VALUES / schema.values())),
            seed);
    this.missing = new long[schema.columns().size()];
    for (int j = 0; j < categoricalCount; j++) {
      Map<String, Long> known = new HashMap<>();
      schema.categorical(j).categories().forEach(name -> known.put(name, 0L));
      names.add(known);
      mostNames.add(known.size() + MOST_NEW_NAMES);
    }
  }

  /**
   * @param times {@code [rows]}; NaN where it is not known
   */
  void add(Rows rows, Judgements judgements, double[] times) {
    verdicts.add(judgements);
    for (int i = 0; i < rows.count(); i++) {
      sample.add(rows, i, times[i]);
      if (rows.fault(i) != null) {
        continue;
      }
      readable++;
      for (int j = 0; j < numericCount; j++) {
        missing[j] += Float.isNaN(rows.numeric(i, j)) ? 1 : 0;
      }
      for (int j = 0; j < categoricalCount; j++) {
        String name = rows.categorical(i, j);
        if (name.isEmpty()) {
          missing[numericCount + j]++;
        } else {
          Map<String, Long> counts = names.get(j);
          boolean counted = counts.size() < mostNames.get(j) || counts.containsKey(name);
          counts.merge(counted ? name : FURTHER, 1L, Long::sum);
        }
      }
    }
  }

  /** Verdicts on all rows, and how many of them show something new, by column. */
  ScoreOutcome verdicts() {
    return verdicts.outcome();
  }

  /** Rows that could be read; of those alone columns are counted. */
  long readable() {
    return readable;
  }

  /** Readable rows without a value, by column. */
  long missing(int column) {
    return missing[column];
  }

  /** How often each name was seen, of the categorical column at {@code index}. */
  Map<String, Long> names(int index) {
    Map<String, Long> seen = new HashMap<>(names.get(index));
    seen.values().removeIf(count -> count == 0);
    return seen;
  }

  /** In order of time, where it is known. */
  Rows sample() {
    return sample.rows();
  }

  /** The share of all rows that the sample holds. */
  double sampledShare() {
    return sample.seen() == 0 ? 1 : (double) sample.size() / sample.seen();
  }
}
