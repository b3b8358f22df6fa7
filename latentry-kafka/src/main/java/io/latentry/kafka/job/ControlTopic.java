package io.latentry.kafka.job;

import io.latentry.kafka.model.ModelDecision;
import io.latentry.kafka.model.ModelSuccession;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the decisions of the control topic: first all that are there, then each as it comes. It is
 * in no consumer group, so that every copy of a job hears of every decision.
 */
final class ControlTopic implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration TO_CATCH_UP = Duration.ofSeconds(60);

  private static final Duration TO_END = Duration.ofSeconds(5);

  /** Of those that are there at the start: one before that many is not looked for. */
  private static final int MOST_PAST = 1_000;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final ModelSuccession models;
  private final Thread following;

  private ControlTopic(
      KafkaConsumer<byte[], byte[]> consumer, ModelSuccession models, Consumer<Throwable> failed) {
    this.consumer = consumer;
    this.models = models;
    this.following = new Thread(() -> follow(failed), "latentry-control");
    following.setDaemon(true);
  }

  /**
   * Reads what is there, and goes on on a thread of its own.
   *
   * @param topic of one partition
   * @param failed hears of what ends the reading
   * @throws IOException if what is there cannot be read
   */
  static ControlTopic follow(
      JobSettings settings, String topic, ModelSuccession models, Consumer<Throwable> failed)
      throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings.more());
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrap());
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    KafkaConsumer<byte[], byte[]> consumer = null;
    try {
      consumer =
          new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      readPast(consumer, partition, models);
    } catch (RuntimeException | IOException e) {
      if (consumer != null) {
        consumer.close();
      }
      if (!(e instanceof KafkaException || e instanceof IOException)) {
        throw e;
      }
      throw new IOException(
          "control topic '%s': %s"
              .formatted(topic, Secrets.of(settings.more()).hide(String.valueOf(e.getMessage()))),
          e);
    }
    ControlTopic control = new ControlTopic(consumer, models, failed);
    control.following.start();
    return control;
  }

  private static void readPast(
      KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, ModelSuccession models)
      throws IOException {
    Long last = consumer.endOffsets(List.of(partition)).get(partition);
    long end = last == null ? 0 : last;
    TreeMap<Long, byte[]> past = new TreeMap<>();
    long until = System.nanoTime() + TO_CATCH_UP.toNanos();
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.value() != null) {
          // One byte more than a decision has shows that it is none; the rest need not be held.
          int held = Math.min(record.value().length, ModelDecision.MOST_BYTES + 1);
          past.put(record.offset(), Arrays.copyOf(record.value(), held));
        }
        if (past.size() > MOST_PAST) {
          Object unused = past.pollFirstEntry();
        }
      }
      if (System.nanoTime() > until) {
        throw new IOException(
            "not read to its end within %d s (expected: offset %d)"
                .formatted(TO_CATCH_UP.toSeconds(), end));
      }
    }
    models.hearPast(past, consumer.position(partition));
  }

  private void follow(Consumer<Throwable> failed) {
    try (consumer) {
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          models.hear(record.offset(), record.value());
        }
      }
    } catch (WakeupException closed) {
      // It was told to end.
    } catch (RuntimeException | Error e) {
      // Without it the job would go on by what was decided before, and nobody would know.
      failed.accept(e);
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      following.join(TO_END.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
