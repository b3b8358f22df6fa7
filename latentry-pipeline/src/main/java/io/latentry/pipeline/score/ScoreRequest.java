package io.latentry.pipeline.score;

import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import java.util.List;

/**
 * What to score and what to tell of each row.
 *
 * @param data files, globs or {@code -} for {@code input}
 * @param explain how many features to add to each row; 0 for none
 * @param keep input columns to carry over
 * @param threads that score; reading goes on beside them
 */
public record ScoreRequest(
    List<String> data,
    StandardInput input,
    ReadOptions reading,
    int explain,
    List<String> keep,
    int threads) {

  public ScoreRequest {
    data = List.copyOf(data);
    keep = List.copyOf(keep);
    if (explain < 0) {
      throw new IllegalArgumentException("explain: " + explain + " (expected: 0 or more features)");
    }
  }

  /** The same with other columns carried over. */
  ScoreRequest withKeep(List<String> columns) {
    return new ScoreRequest(data, input, reading, explain, columns, threads);
  }
}
