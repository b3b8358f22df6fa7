package io.latentry.it;

import io.latentry.core.verdict.Judgement;
import io.latentry.kafka.JudgeOptions;
import io.latentry.kafka.JudgeSupplier;
import io.latentry.kafka.JudgeTopology;
import io.latentry.kafka.RecordFormat;
import io.latentry.kafka.StreamVerdict;
import io.latentry.kafka.VerdictSerde;
import io.latentry.kafka.model.JudgingModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
import org.apache.kafka.streams.TopologyTestDriver;

/** The lines of a CSV file as records of a topic, without a broker. */
final class StreamDoor {
  private StreamDoor() {}

  /** The verdict on each line below the header. */
  static List<Judgement> judge(Path model, Path data, Path folder) throws IOException {
    try (JudgingModel opened = JudgingModel.open(model)) {
      return judge(opened, data, folder);
    }
  }

  /** The verdict on each line below the header, by a model that is open. */
  static List<Judgement> judge(JudgingModel opened, Path data, Path folder) throws IOException {
    List<String> lines = Files.readAllLines(data);
    List<String> columns = List.of(lines.get(0).split(",", -1));
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "doors");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.put(
        StreamsConfig.STATE_DIR_CONFIG, Files.createTempDirectory(folder, "stream").toString());
    JudgeOptions options = JudgeOptions.DEFAULT.withFormat(RecordFormat.csv(columns, ','));
    try (TopologyTestDriver driver =
        new TopologyTestDriver(
            JudgeTopology.of(
                "raw", "verdicts", Optional.empty(), new JudgeSupplier(opened, options)),
            properties,
            Instant.EPOCH)) {
      TestInputTopic<byte[], byte[]> records =
          driver.createInputTopic("raw", new ByteArraySerializer(), new ByteArraySerializer());
      for (String line : lines.subList(1, lines.size())) {
        records.pipeInput(line.getBytes(StandardCharsets.UTF_8));
      }
      driver.advanceWallClockTime(Duration.ofMillis(10));
      return driver
          .createOutputTopic(
              "verdicts", new ByteArrayDeserializer(), new VerdictSerde().deserializer())
          .readValuesToList()
          .stream()
          .map(StreamVerdict::judgement)
          .toList();
    }
  }
}
