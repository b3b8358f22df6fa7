package io.latentry.kafka;

import io.latentry.kafka.model.ModelName;
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

  /**
   * A model takes over in a partition.
   *
   * @param offset of the first record that it judges
   */
  default void tookOver(String topic, int partition, long offset, ModelName model) {}
}
