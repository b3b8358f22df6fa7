package io.latentry.pipeline.learning;

import io.latentry.core.artifact.Manifest.HistoryEntry;
import io.latentry.core.evaluation.Interval;
import java.util.List;
import java.util.Optional;

/**
 * The same model fitted on ever more rows, and judged on the same held-out ones.
 *
 * @param points by ascending rows
 * @param heldOutRows that judge each
 * @param gain nats a held-out row that the last doubling of the training rows has won, with 95 %,
 *     over the rows paired
 */
public record LearningCurve(List<Point> points, int heldOutRows, Interval gain) {

  public LearningCurve {
    points = List.copyOf(points);
  }

  /**
   * @param share of all training rows
   * @param heldOut negative ELBO of held-out rows, nats a row
   * @param training the same of the rows that it was fitted on
   * @param history of its training
   * @param finding what {@link TrainingWatch} found in it
   */
  public record Point(
      double share,
      int rows,
      double heldOut,
      double training,
      List<HistoryEntry> history,
      Optional<String> finding) {}

  /** Whether the last doubling has won surely something. */
  public boolean moreRowsHelp() {
    return gain.low() > 0;
  }

  /** In words. */
  public String verdict() {
    String measured =
        "doubling the training rows to %,d won %.2f nats a held-out row (95 %% interval %.2f to %.2f)"
            .formatted(
                points.get(points.size() - 1).rows(), gain.estimate(), gain.low(), gain.high());
    return moreRowsHelp()
        ? "more rows would help: " + measured
        : "more rows would hardly help: " + measured;
  }
}
