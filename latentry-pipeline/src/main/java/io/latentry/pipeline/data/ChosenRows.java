package io.latentry.pipeline.data;

import io.latentry.core.data.RowScreen;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.ingest.table.LearnedColumns;
import io.latentry.ingest.table.Table;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Which rows of a table a fit learns from. A plan chooses by the same code.
 *
 * @param schema that the candidates show: readable rows, with the label of normal ones if there is
 *     a label
 * @param usable those of them that can be judged
 * @param novelty nats, of each usable row: the surprise at it if all others alone had been seen
 * @param firstReason against one that cannot
 */
public record ChosenRows(
    Schema schema, int[] usable, double[] novelty, Optional<String> firstReason) {
  private static final int BATCH = 8_192;

  /** The readable rows of a label. */
  public static int[] labelled(Table table, Predicate<String> label) {
    String[] labels = table.labels().orElseThrow();
    return IntStream.of(table.readableRows()).filter(i -> label.test(labels[i])).toArray();
  }

  /**
   * @param candidates at least one
   */
  public static ChosenRows of(Table table, int[] candidates) {
    return of(table, candidates, table.learn(candidates));
  }

  /** The same of points of series. */
  static ChosenRows ofSeries(Table table, int[] candidates) {
    return of(table, candidates, table.learnSeries(candidates));
  }

  private static ChosenRows of(Table table, int[] candidates, LearnedColumns learned) {
    Schema schema = learned.schema();
    RowScreen screen = new RowScreen(schema);
    int[] usable = new int[candidates.length];
    double[] novelty = new double[candidates.length];
    int count = 0;
    Optional<String> firstReason = Optional.empty();
    for (int from = 0; from < candidates.length; from += BATCH) {
      int[] batch = Arrays.copyOfRange(candidates, from, Math.min(candidates.length, from + BATCH));
      Rows rows = table.trainingRows(schema, batch);
      for (int i = 0; i < batch.length; i++) {
        String reason = screen.reasonAgainst(rows, i);
        if (reason == null) {
          novelty[count] = learned.novelty()[from + i];
          usable[count++] = batch[i];
        } else if (firstReason.isEmpty()) {
          firstReason = Optional.of(reason);
        }
      }
    }
    return new ChosenRows(
        schema, Arrays.copyOf(usable, count), Arrays.copyOf(novelty, count), firstReason);
  }
}
