package io.latentry.kafka;

import io.latentry.core.data.DataException;
import io.latentry.kafka.model.JudgingModel;
import io.latentry.kafka.model.ModelSuccession;
import io.latentry.scoring.ScorerCache;
import io.latentry.scoring.ScorerOptions;
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
  private AutoCloseable model;
  private final JudgeSupplier judge;
  final TopologyTestDriver driver;
  final TestInputTopic<byte[], byte[]> records;
  final TestOutputTopic<byte[], StreamVerdict> verdicts;
  final TestOutputTopic<byte[], byte[]> deadLetters;

  Driver(Path folder, Path artifact, JudgeOptions options) throws Exception {
    this(folder, JudgingModel.open(artifact), options);
  }

  /** By a model that is closed with it. */
  Driver(Path folder, JudgingModel model, JudgeOptions options) {
    this(folder, model, new JudgeSupplier(model, options));
  }

  /** By decisions. */
  Driver(Path folder, ModelSuccession models, JudgeOptions options, StreamListener listener) {
    this(folder, models, new JudgeSupplier(models, options, listener));
  }

  private Driver(Path folder, AutoCloseable model, JudgeSupplier judge) {
    this.model = model;
    this.judge = judge;
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    driver =
        new TopologyTestDriver(
            JudgeTopology.of("raw", "verdicts", Optional.of("dead"), judge),
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

  /** Another model takes over, and the one before is closed. */
  void replace(Path artifact) throws Exception {
    JudgingModel next = JudgingModel.open(artifact, new ScorerCache(ScorerOptions.threads(1)));
    try {
      judge.replace(next).close();
      model = next;
    } catch (DataException refused) {
      next.close();
      throw refused;
    }
  }

  static String header(TestRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws Exception {
    driver.close();
    model.close();
  }
}
