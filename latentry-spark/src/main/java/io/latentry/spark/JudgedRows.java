package io.latentry.spark;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.spark.plan.OutputPlan;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Some rows and what became of them.
 *
 * @param samples what the model judged, one a row
 * @param read what was read of each row; of a series, of the point that its verdict is about
 * @param unsmoothed {@code float[rows]}, of a series; null of a table
 * @param about {@code String[rows]}: when the point was that a verdict is about, null where none is
 *     due yet; null where that is not told
 */
record JudgedRows(
    List<Row> rows,
    Samples samples,
    Rows read,
    Judgements judgements,
    float @Nullable [] unsmoothed,
    @Nullable String @Nullable [] about,
    OutputPlan output,
    FeatureReader features) {

  int count() {
    return rows.size();
  }

  /** A row with its verdict behind it. */
  Row row(int index) {
    return judged(rows.get(index), index);
  }

  /** The verdict on a row of a table alone. */
  Row verdict(int index) {
    return judged(RowFactory.create(), index);
  }

  private Row judged(Row row, int index) {
    return output.judged(
        row,
        judgements.get(index),
        unsmoothed == null ? null : unsmoothed[index],
        about == null ? null : about[index],
        top(index),
        features);
  }

  private List<Feature> top(int index) {
    return output.explain() > 0 && judgements.verdict(index) != Verdict.UNSCORABLE
        ? features.top(samples, judgements.scores(), index, output.explain())
        : List.of();
  }
}
