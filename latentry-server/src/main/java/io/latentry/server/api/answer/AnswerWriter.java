package io.latentry.server.api.answer;

import io.latentry.core.data.Samples;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.SeriesScorer.PointJudgements;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes verdicts in one form, batch by batch. */
public interface AnswerWriter {
  /**
   * @param firstRow 0-based number of the first row among all of the request
   * @param samples what was judged: rows, or the windows that end at them
   * @param points the same of points of a series, with what is told of these alone; null of rows of
   *     a table
   */
  void write(long firstRow, Samples samples, Judgements judged, @Nullable PointJudgements points)
      throws IOException;

  /** Sends the verdicts so far on their way. */
  void flush() throws IOException;

  /**
   * Completes the answer.
   *
   * @param notices what the caller should know of the rows, where the form has a place for it
   */
  void finish(List<String> notices) throws IOException;
}
