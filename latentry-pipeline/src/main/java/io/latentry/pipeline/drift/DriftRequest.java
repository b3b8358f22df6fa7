package io.latentry.pipeline.drift;

import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import java.util.List;
import java.util.Optional;

/**
 * What to compare with the normal rows of a model.
 *
 * @param data files, globs or {@code -} for {@code input}
 * @param time column of the rows' times; empty for that of the fit, if it had one
 * @param since rows before this moment, or number, are left out
 * @param seed of the sample and of what is drawn
 */
public record DriftRequest(
    List<String> data,
    StandardInput input,
    ReadOptions reading,
    Optional<String> time,
    Optional<String> since,
    long seed) {

  public DriftRequest {
    data = List.copyOf(data);
  }
}
