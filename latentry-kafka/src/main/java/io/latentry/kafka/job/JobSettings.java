package io.latentry.kafka.job;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Where a job reads and writes, and how it runs.
 *
 * @param bootstrap brokers, as {@code host:port,host:port}
 * @param deadLetters gets what could not be read, as it came; with none, the verdict alone tells
 * @param application name of the job: instances with one name share the partitions of {@code
 *     records}, and go on where the others of that name were
 * @param instance name of this instance; one that is killed and comes back under it has its
 *     partitions again at once. Empty: the others wait until it is missed
 * @param exactlyOnce whether verdicts, states and offsets are committed as one; else a kill may
 *     give some verdicts twice
 * @param threads that judge; more than there are partitions idle
 * @param state folder for what keys carry; it should survive a restart
 * @param more properties of Kafka's own, for TLS, SASL and whatever else; they go before ours
 */
public record JobSettings(
    String bootstrap,
    String records,
    String verdicts,
    Optional<String> deadLetters,
    String application,
    Optional<String> instance,
    boolean exactlyOnce,
    int threads,
    Path state,
    Map<String, String> more) {
  /** Visible to readers of committed records so often. */
  private static final String COMMIT_MILLIS = "100";

  /** A wait for records must not hold up those that wait for their verdicts. */
  private static final String POLL_MILLIS = "10";

  /** An instance that is not heard of for so long is missed; brokers take 6 s and more. */
  private static final String SESSION_MILLIS = "10000";

  private static final String HEARTBEAT_MILLIS = "3000";

  public JobSettings {
    more = Map.copyOf(more);
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + " (expected: 1 or more)");
    }
    if (records.equals(verdicts) || deadLetters.filter(records::equals).isPresent()) {
      throw new IllegalArgumentException(
          "topic '"
              + records
              + "': read and written (expected: another one for what is written); a job would"
              + " judge its own verdicts");
    }
  }

  /**
   * @param control topic of decisions
   * @throws IllegalArgumentException if it is another of the topics too
   */
  public void requireApart(String control) {
    if (control.equals(records)
        || control.equals(verdicts)
        || deadLetters.filter(control::equals).isPresent()) {
      throw new IllegalArgumentException(
          "topic '"
              + control
              + "': of decisions and of records (expected: one of decisions alone)");
    }
  }

  /** All properties of Kafka's. */
  Properties properties() {
    Properties all = new Properties();
    all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MILLIS);
    all.put(StreamsConfig.POLL_MS_CONFIG, POLL_MILLIS);
    all.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_MILLIS);
    all.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        HEARTBEAT_MILLIS);
    // Else a kill wipes what keys carry, to be fetched anew from the broker.
    all.put(StreamsConfig.TRANSACTIONAL_STATE_STORES_CONFIG, "true");
    all.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedStores.class.getName());
    all.putAll(more);
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    all.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    all.put(
        StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
        exactlyOnce ? StreamsConfig.EXACTLY_ONCE_V2 : StreamsConfig.AT_LEAST_ONCE);
    all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, String.valueOf(threads));
    all.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    instance.ifPresent(name -> all.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, name));
    return all;
  }
}
