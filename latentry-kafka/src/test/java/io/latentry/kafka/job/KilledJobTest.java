package io.latentry.kafka.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.kafka.JudgeOptions;
import io.latentry.kafka.StreamVerdict;
import io.latentry.kafka.Undisturbed;
import io.latentry.kafka.Variant;
import io.latentry.kafka.VerdictSerde;
import io.latentry.kafka.local.LocalBroker;
import io.latentry.kafka.model.JudgingModel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A job on a real broker, killed twice in the middle. */
@Timeout(180)
final class KilledJobTest {
  private static final int KEYS = 20;
  private static final int POINTS = 150;
  private static final int PARTITIONS = 2;

  @TempDir private static Path folder;
  private static LocalBroker broker;

  private record Sent(byte[] key, byte[] value) {}

  @BeforeAll
  static void startBroker() throws Exception {
    broker = LocalBroker.start(System.getProperty("java.class.path"), folder.resolve("broker"));
  }

  @AfterAll
  static void endBroker() {
    broker.close();
  }

  @Test
  void everyRecordHasTheVerdictOfAnUndisturbedRunOnceAndInOrderThoughTheJobIsKilledTwice()
      throws Exception {
    broker.createTopics(List.of("raw", "verdicts", "dead"), PARTITIONS);
    List<Sent> records = records();
    int third = records.size() / 3;
    Path state = folder.resolve("state");
    List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = producer();
        KafkaConsumer<byte[], byte[]> consumer = consumer("verdicts")) {
      send(producer, records.subList(0, third));
      try (JobProcess job = start(state)) {
        readUntil(consumer, read, third / 2, job);
        send(producer, records.subList(third, 2 * third));
        readUntil(consumer, read, third + 1, job);
        job.kill();
      }
      try (JobProcess job = start(state)) {
        readUntil(consumer, read, third + 2, job);
        send(producer, records.subList(2 * third, records.size()));
        job.kill();
      }
      try (JobProcess job = start(state)) {
        readUntil(consumer, read, records.size(), job);
        job.kill();
      }
      read.addAll(drained(consumer));
    }

    assertThat(read).hasSameSizeAs(records);
    Map<String, List<StreamVerdict>> byKey = new HashMap<>();
    Set<String> places = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : read) {
      StreamVerdict verdict = new VerdictSerde().deserializer().deserialize("", record.value());
      assertThat(places.add(verdict.partition() + "@" + verdict.offset())).isTrue();
      byKey.computeIfAbsent(text(record.key()), key -> new ArrayList<>()).add(verdict);
    }
    Map<String, List<StreamVerdict>> expected =
        Undisturbed.verdicts(
            folder.resolve("undisturbed"),
            records.stream().map(sent -> Map.entry(sent.key(), sent.value())).toList(),
            JudgeOptions.DEFAULT.withKeep(List.of("at")));
    assertThat(byKey.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (key, verdicts) -> {
          List<StreamVerdict> told = byKey.get(key);
          assertThat(told).as(key).hasSameSizeAs(verdicts);
          for (int i = 0; i < told.size(); i++) {
            assertThat(told.get(i).kept()).as("%s %d", key, i).isEqualTo(verdicts.get(i).kept());
            assertThat(told.get(i).judgement())
                .as("%s %d", key, i)
                .isEqualTo(verdicts.get(i).judgement());
            assertThat(told.get(i).unsmoothed()).isEqualTo(verdicts.get(i).unsmoothed());
          }
        });
    try (KafkaConsumer<byte[], byte[]> consumer = consumer("dead")) {
      List<ConsumerRecord<byte[], byte[]>> letters = drained(consumer);
      assertThat(letters).hasSize(KEYS);
      assertThat(letters).allSatisfy(l -> assertThat(text(l.value())).isEqualTo("{broken"));
    }
  }

  @Test
  void aModelTakesOverByDecisionOnceInEachPartitionThoughTheJobIsKilled() throws Exception {
    broker.createTopics(List.of("decided-raw", "decided-verdicts", "decided-dead"), PARTITIONS);
    broker.createTopics(List.of("decided-control"), 1);
    Path models = Files.createDirectories(folder.resolve("models"));
    Path first = Files.copy(Undisturbed.MODEL, models.resolve("first.onnx"));
    Path second =
        Variant.of(first, models.resolve("second.onnx"), "855ae905edcc24e7", "955ae905edcc24e7");
    List<Sent> records = records();
    Path state = folder.resolve("decided");
    List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
    int sent = 1_000;
    try (KafkaProducer<byte[], byte[]> producer = producer();
        KafkaConsumer<byte[], byte[]> consumer = consumer("decided-verdicts")) {
      send(producer, "decided-raw", records.subList(0, sent));
      try (JobProcess job = decided(first, state)) {
        readUntil(consumer, read, sent, job);
        String decision =
            "{\"file\":\"second.onnx\",\"digest\":\"%s\",\"name\":\"pumps\",\"version\":2}"
                .formatted(Variant.digest(second));
        Object unused =
            producer.send(
                new ProducerRecord<>("decided-control", decision.getBytes(StandardCharsets.UTF_8)));
        while (!job.log().contains("takes over")) {
          job.look();
          consumer.poll(Duration.ofMillis(100)).forEach(read::add);
        }
        while (!isByVersion(read.get(read.size() - 1), 2)) {
          send(producer, "decided-raw", records.subList(sent, sent + KEYS));
          sent += KEYS;
          readUntil(consumer, read, sent, job);
        }
        send(producer, "decided-raw", records.subList(sent, sent + 500));
        readUntil(consumer, read, sent + 1, job);
        job.kill();
      }
      try (JobProcess job = decided(first, state)) {
        send(producer, "decided-raw", records.subList(sent + 500, records.size()));
        readUntil(consumer, read, records.size(), job);
        job.kill();
      }
      read.addAll(drained(consumer));
    }

    assertThat(read).hasSameSizeAs(records);
    Set<String> places = new HashSet<>();
    Map<Integer, OptionalInt> versions = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read) {
      StreamVerdict verdict = new VerdictSerde().deserializer().deserialize("", record.value());
      assertThat(places.add(verdict.partition() + "@" + verdict.offset())).isTrue();
      OptionalInt before = versions.put(verdict.partition(), verdict.model().version());
      if (before != null && before.isPresent()) {
        assertThat(verdict.model().version()).isEqualTo(before);
        assertThat(verdict.model().name()).contains("pumps");
        assertThat(verdict.judgement().reason()).doesNotContain("warming up");
      }
    }
    assertThat(versions.values()).containsOnly(OptionalInt.of(2));
  }

  private static boolean isByVersion(ConsumerRecord<byte[], byte[]> record, int version) {
    StreamVerdict verdict = new VerdictSerde().deserializer().deserialize("", record.value());
    return verdict.model().version().equals(OptionalInt.of(version));
  }

  private static JobProcess decided(Path model, Path state) throws Exception {
    return JobProcess.start(model, broker.bootstrap(), "a", state, "decided-", true);
  }

  @Test
  void aJobTellsHowItFaresAndEndsInOrder() throws Exception {
    broker.createTopics(List.of("told", "told-verdicts"), PARTITIONS);
    JobSettings settings =
        new JobSettings(
            broker.bootstrap(),
            "told",
            "told-verdicts",
            Optional.empty(),
            "job-3",
            Optional.empty(),
            false,
            1,
            folder.resolve("state-3"),
            Map.of());
    List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
    try (JudgingModel model = JudgingModel.open(Undisturbed.MODEL);
        KafkaConsumer<byte[], byte[]> consumer = consumer("told-verdicts");
        KafkaProducer<byte[], byte[]> producer = producer();
        StreamJob job =
            StreamJob.start(
                settings, model, JudgeOptions.DEFAULT, OptionalInt.of(0), Clock.systemUTC())) {
      assertThat(job.awaitRunning(Duration.ofSeconds(60))).isTrue();
      assertThat(job.partitions()).isEqualTo(PARTITIONS);
      for (int i = 0; i < 5; i++) {
        byte[] value = (i == 0 ? "{" : "{\"a\":1}").getBytes(StandardCharsets.UTF_8);
        var unused = producer.send(new ProducerRecord<>("told", value));
      }
      producer.flush();
      while (read.size() < 5) {
        consumer.poll(Duration.ofMillis(100)).forEach(read::add);
      }
      assertThat(get(job, "/metrics"))
          .contains("latentry_stream_verdicts_total{verdict=\"unscorable\"} 5.0")
          .contains("latentry_stream_verdicts_total{verdict=\"anomaly\"} 0.0")
          // A point without time and key cannot be read as a point.
          .contains("latentry_stream_dead_letters_total 5.0")
          .contains("latentry_stream_running 1.0")
          .contains("latentry_stream_lag_records")
          .contains("latentry_stream_age_seconds_count");
      assertThat(get(job, "/health/live")).isEqualTo("ok\n");
      assertThat(get(job, "/health/ready")).isEqualTo("ok\n");
      job.close();
      assertThat(job.hasEnded()).isTrue();
      assertThat(job.failure()).isEmpty();
      assertThat(job.tally().unscorable()).isEqualTo(5);
    }
  }

  private static String get(StreamJob job, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + job.metricsPort().getAsInt() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void aTopicThatIsNotThereIsNamedWithWhatToDo() throws Exception {
    JobSettings settings =
        new JobSettings(
            broker.bootstrap(),
            "nowhere",
            "verdicts",
            Optional.empty(),
            "job-2",
            Optional.empty(),
            true,
            1,
            folder.resolve("state-2"),
            Map.of());
    try (JudgingModel model = JudgingModel.open(Undisturbed.MODEL)) {
      assertThatThrownBy(
              () ->
                  StreamJob.start(
                      settings,
                      model,
                      JudgeOptions.DEFAULT,
                      OptionalInt.empty(),
                      Clock.systemUTC()))
          .hasMessageStartingWith("topic 'nowhere': not there (expected: one that exists)");
    }
  }

  private static JobProcess start(Path state) throws Exception {
    return JobProcess.start(Undisturbed.MODEL, broker.bootstrap(), "a", state, "", false);
  }

  /** Points of pumps by turns, a minute apart, and of each pump a record that is broken. */
  private static List<Sent> records() {
    SplittableRandom random = new SplittableRandom(3);
    List<Sent> records = new ArrayList<>();
    Instant at = Instant.parse("2024-03-01T00:00:00Z");
    for (int i = 0; i < POINTS; i++) {
      for (int k = 0; k < KEYS; k++) {
        String pump = "pump-" + k;
        double load = 50 + 10 * Math.cos(i / 4.0) + random.nextDouble();
        String value =
            i == 70
                ? "{broken"
                : "{\"at\":\"%s\",\"pump\":\"%s\",\"pressure\":%.3f,\"mode\":\"%s\",\"load\":%.2f}"
                    .formatted(
                        at.plusSeconds(60L * i),
                        pump,
                        5 + Math.sin(i / 4.0) + random.nextDouble() / 10,
                        load > 50 ? "busy" : "idle",
                        load);
        records.add(
            new Sent(
                pump.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)));
      }
    }
    return records;
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, List<Sent> records) {
    send(producer, "raw", records);
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, String topic, List<Sent> records) {
    records.forEach(
        sent -> {
          Object unused = producer.send(new ProducerRecord<>(topic, sent.key(), sent.value()));
        });
    producer.flush();
  }

  private static void readUntil(
      KafkaConsumer<byte[], byte[]> consumer,
      List<ConsumerRecord<byte[], byte[]>> read,
      int count,
      JobProcess job)
      throws IOException {
    while (read.size() < count) {
      job.look();
      consumer.poll(Duration.ofMillis(100)).forEach(read::add);
    }
  }

  /** All that is committed. */
  private static List<ConsumerRecord<byte[], byte[]>> drained(
      KafkaConsumer<byte[], byte[]> consumer) {
    List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer.poll(Duration.ofMillis(100)).forEach(read::add);
    }
    return read;
  }

  private static KafkaProducer<byte[], byte[]> producer() {
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap());
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String topic) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap());
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (int i = 0; i < PARTITIONS; i++) {
      partitions.add(new TopicPartition(topic, i));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
