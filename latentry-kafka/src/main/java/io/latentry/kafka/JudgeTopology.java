package io.latentry.kafka;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;

/** Records of one topic in, verdicts to another, what could not be read to a third. */
public final class JudgeTopology {
  private JudgeTopology() {}

  /**
   * @param deadLetters gets what could not be read, as it came; with none, the verdict alone tells
   *     of it
   */
  // The method of a partitioner that goes is the one that has to be written.
  @SuppressWarnings("removal")
  public static Topology of(
      String records, String verdicts, Optional<String> deadLetters, JudgeSupplier judge) {
    Topology topology = new Topology();
    topology
        .addSource("records", new ByteArrayDeserializer(), new ByteArrayDeserializer(), records)
        .addProcessor("judge", judge, "records")
        .addSink(
            "verdicts",
            verdicts,
            new ByteArraySerializer(),
            new VerdictSerde().serializer(),
            JudgeTopology::partition,
            "judge");
    deadLetters.ifPresent(
        topic ->
            topology
                .addProcessor("unreadable", DeadLetterProcessor::new, "judge")
                .addSink(
                    "dead-letters",
                    topic,
                    new ByteArraySerializer(),
                    new ByteArraySerializer(),
                    "unreadable"));
    return topology;
  }

  /** By the key as ever; verdicts without one stay together as their records were. */
  private static Optional<Set<Integer>> partition(
      String topic, byte @Nullable [] key, StreamVerdict verdict, int partitions) {
    return key == null ? Optional.of(Set.of(verdict.partition() % partitions)) : Optional.empty();
  }
}
