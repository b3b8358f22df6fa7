package io.latentry.pipeline.clean;

import io.latentry.core.data.Rows;
import io.latentry.pipeline.clean.Cleaning.DroppedRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Judges rows that no judge learned from, by the rules that those met which were learned from: each
 * is dealt to one of the VAEs, and measured by the fences and the cut that were found then.
 *
 * <p>The mean of both VAEs would be the better judge, but by its scores, which are less scattered,
 * fewer rows would lie beyond a fence that was found by one.
 */
final class FurtherRows {
  private final RowCleaner.Learned learned;

  FurtherRows(RowCleaner.Learned learned) {
    this.learned = learned;
  }

  /**
   * The rows to drop, in order.
   *
   * @param places of {@code rows} in the data, by which they are dealt
   */
  List<DroppedRow> dropped(int[] places, Rows rows) {
    double[] forest =
        learned.forest().map(judge -> judge.strangeness(rows)).orElseGet(() -> unknown(rows));
    double[] vae = unknown(rows);
    int[] column = new int[rows.count()];
    int judges = learned.vaes().size();
    for (int judge = 0; judge < judges; judge++) {
      int dealt = judge;
      judge(
          learned.vaes().get(judge),
          rows,
          IntStream.range(0, places.length).filter(i -> places[i] % judges == dealt).toArray(),
          vae,
          column);
    }
    double cut = learned.cut();
    List<DroppedRow> dropped = new ArrayList<>();
    for (int row = 0; row < rows.count(); row++) {
      if (RowCleaner.strangest(forest[row], vae[row]) > cut) {
        int telling = vae[row] > cut ? column[row] : learned.teller().mostExtreme(rows, row);
        dropped.add(
            RowCleaner.dropped(rows, row, forest[row], vae[row], cut, telling, learned.ofKept()));
      }
    }
    return dropped;
  }

  /**
   * @param own the rows to judge
   * @param vae to fill with their strangeness
   * @param column to fill with what contributes most to those beyond the cut
   */
  private void judge(VaeJudge judge, Rows rows, int[] own, double[] vae, int[] column) {
    // The engine takes no batch of no rows.
    double[] strangeness = own.length == 0 ? new double[0] : judge.strangeness(rows.select(own));
    for (int i = 0; i < own.length; i++) {
      vae[own[i]] = strangeness[i];
    }
    int[] beyond = IntStream.of(own).filter(row -> vae[row] > learned.cut()).toArray();
    int[] most = beyond.length == 0 ? beyond : judge.mostContributing(rows.select(beyond));
    for (int i = 0; i < beyond.length; i++) {
      column[beyond[i]] = most[i];
    }
  }

  private static double[] unknown(Rows rows) {
    double[] none = new double[rows.count()];
    Arrays.fill(none, Double.NaN);
    return none;
  }
}
