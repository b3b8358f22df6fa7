package io.latentry.kafka;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The topology without a broker. */
final class Driver implements AutoCloseable {
  private final JudgingModel model;
  final TopologyTestDriver driver;
  final TestInputTopic<byte[], byte[]> records;
  final TestOutputTopic<byte[], StreamVerdict> verdicts;
  final TestOutputTopic<byte[], byte[]> deadLetters;

  Driver(Path folder, Path artifact, JudgeOptions options) throws Exception {
    model = JudgingModel.open(artifact);
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    driver =
        new TopologyTestDriver(
            JudgeTopology.of(
                "raw", "verdicts", Optional.of("dead"), new JudgeSupplier(model, options)),
            properties,
            Instant.EPOCH);
    records = driver.createInputTopic("raw", new ByteArraySerializer(), new ByteArraySerializer());
    verdicts =
        driver.createOutputTopic(
            "verdicts", new ByteArrayDeserializer(), new VerdictSerde().deserializer());
    deadLetters =
        driver.createOutputTopic("dead", new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** All verdicts so far, those that wait among them. */
  List<StreamVerdict> answers() {
    driver.advanceWallClockTime(Duration.ofMillis(10));
    return verdicts.readValuesToList();
  }

  static String header(TestRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    driver.close();
    model.close();
  }
}
