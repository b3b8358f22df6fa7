package io.latentry.server.api;

import io.latentry.ingest.read.RowBatch;
import io.latentry.scoring.Judgements;
import java.io.IOException;
import java.util.List;

/** Writes verdicts in one form, batch by batch. */
interface AnswerWriter {
  void write(RowBatch batch, Judgements judged) throws IOException;

  /** Sends the verdicts so far on their way. */
  void flush() throws IOException;

  /**
   * Completes the answer.
   *
   * @param notices what the caller should know of the rows, where the form has a place for it
   */
  void finish(List<String> notices) throws IOException;
}
