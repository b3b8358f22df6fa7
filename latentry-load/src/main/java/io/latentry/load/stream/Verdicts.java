package io.latentry.load.stream;

import io.latentry.core.artifact.Digest;
import io.latentry.kafka.StreamVerdict;
import io.latentry.kafka.VerdictSerde;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what is committed, and holds it to: one verdict a record, in order. */
final class Verdicts implements AutoCloseable {
  private static final ThreadLocal<MessageDigest> SHA = ThreadLocal.withInitial(Digest::sha256);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<BitSet> judged = new ArrayList<>();
  private final long[] last;
  private final long[] counts;

  /** By partition and offset of records, what the verdict says, told by 64 bits. */
  private final List<long[]> said = new ArrayList<>();

  private long count;
  private long twice;
  private long outOfOrder;

  Verdicts(String bootstrap, String topic, int partitions) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "20");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "10000");
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> all = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      all.add(new TopicPartition(topic, i));
      judged.add(new BitSet());
      said.add(new long[0]);
    }
    counts = new long[partitions];
    last = new long[partitions];
    Arrays.fill(last, -1);
    consumer.assign(all);
    consumer.seekToBeginning(all);
  }

  /** Takes some that are there; how old each was by its record's timestamp, in milliseconds. */
  List<Long> poll() {
    List<Long> ages = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
      ages.add(System.currentTimeMillis() - record.timestamp());
      StreamVerdict verdict =
          new VerdictSerde().deserializer().deserialize(record.topic(), record.value());
      int offset = Math.toIntExact(verdict.offset());
      if (judged.get(verdict.partition()).get(offset)) {
        twice++;
      } else {
        judged.get(verdict.partition()).set(offset);
        counts[verdict.partition()]++;
        note(verdict.partition(), offset, record);
        count++;
        if (offset < last[verdict.partition()]) {
          outOfOrder++;
        }
        last[verdict.partition()] = Math.max(offset, last[verdict.partition()]);
      }
    }
    return ages;
  }

  private void note(int partition, int offset, ConsumerRecord<byte[], byte[]> record) {
    long[] known = said.get(partition);
    if (offset >= known.length) {
      known = Arrays.copyOf(known, Math.max(offset + 1, 2 * known.length));
      said.set(partition, known);
    }
    byte[] digest = SHA.get().digest(record.value());
    known[offset] = ByteBuffer.wrap(digest).getLong() * 31 + Arrays.hashCode(record.key());
  }

  /** Records with a verdict, by partition. */
  long[] counts() {
    return counts.clone();
  }

  /** Records whose verdicts here and there are not the same byte for byte, or stand alone. */
  long different(Verdicts other) {
    long different = 0;
    for (int partition = 0; partition < said.size(); partition++) {
      int end = Math.max(judged.get(partition).length(), other.judged.get(partition).length());
      for (int offset = 0; offset < end; offset++) {
        boolean here = judged.get(partition).get(offset);
        boolean there = other.judged.get(partition).get(offset);
        if (here != there
            || (here && said.get(partition)[offset] != other.said.get(partition)[offset])) {
          different++;
        }
      }
    }
    return different;
  }

  /** Records with a verdict. */
  long count() {
    return count;
  }

  /** Verdicts on records that had one. */
  long twice() {
    return twice;
  }

  /** Verdicts behind that on a later record of their partition. */
  long outOfOrder() {
    return outOfOrder;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
