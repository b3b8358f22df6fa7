package io.latentry.kafka;

import java.util.List;

/** Hears what a topology does, on its threads: it must not take long. */
public interface StreamListener {
  StreamListener NONE = (verdicts, timestamp, nanos) -> {};

  /**
   * @param verdicts that are given now, and become visible with the next commit
   * @param timestamp of the oldest of their records, milliseconds since 1970
   * @param nanos that reading and judging took
   */
  void judged(List<StreamVerdict> verdicts, long timestamp, long nanos);
}
