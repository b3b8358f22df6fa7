package io.latentry.cli.show;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.Wording;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.kafka.JudgeOptions;
import io.latentry.kafka.RecordFormat;
import io.latentry.kafka.StreamVerdict;
import io.latentry.kafka.VerdictSerde;
import io.latentry.kafka.job.JobSettings;
import io.latentry.kafka.job.StreamJob;
import io.latentry.kafka.local.LocalBroker;
import io.latentry.kafka.model.JudgingModel;
import io.latentry.scoring.Tally;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A series that goes through a broker of its own, record by record, and is judged on the way. */
final class StreamDemo {
  /** Set by the launcher: a file with the class path of a broker. */
  private static final String BROKER_PROPERTY = "latentry.broker.classpath";

  private static final String RECORDS = "raw";
  private static final String VERDICTS = "verdicts";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MOST_SHOWN = 12;

  private final CommandOutput output;
  private final String brokerClassPath;

  /**
   * @throws IOException if there is no broker to start
   */
  StreamDemo(CommandOutput output) throws IOException {
    this.output = output;
    this.brokerClassPath = brokerClassPath();
  }

  /**
   * What came of it; keys become snake_case.
   *
   * @param shown alarms that were told as they came
   */
  record Document(
      long records, long normal, long anomalies, long unscorable, int shown, double seconds) {}

  /**
   * @param test the records, as CSV with a header
   * @param time the column that verdicts are told by
   */
  Document run(Path model, Path test, String time, Path folder)
      throws IOException, InterruptedException {
    List<String> lines = Files.readAllLines(test);
    List<String> columns = List.of(lines.get(0).split(",", -1));
    List<String> records = lines.subList(1, lines.size());
    try (LocalBroker broker = LocalBroker.start(brokerClassPath, folder.resolve("broker"))) {
      broker.createTopics(List.of(RECORDS, VERDICTS), 1);
      JobSettings settings =
          new JobSettings(
              broker.bootstrap(),
              RECORDS,
              VERDICTS,
              Optional.empty(),
              "latentry-demo",
              Optional.of("demo"),
              true,
              1,
              folder.resolve("state"),
              Map.of());
      JudgeOptions judging =
          JudgeOptions.DEFAULT
              .withFormat(RecordFormat.csv(columns, ','))
              .withKeep(List.of(time))
              .withExplain(1);
      try (JudgingModel opened = JudgingModel.open(model);
          StreamJob job =
              StreamJob.start(settings, opened, judging, OptionalInt.empty(), Clock.systemUTC());
          KafkaProducer<byte[], byte[]> producer = producer(broker);
          KafkaConsumer<byte[], byte[]> consumer = consumer(broker)) {
        output.notice(
            "a broker at %s; %s records go into topic '%s', verdicts come out of '%s'"
                .formatted(broker.bootstrap(), Wording.count(records.size()), RECORDS, VERDICTS));
        long start = System.nanoTime();
        for (String record : records) {
          Object unused =
              producer.send(
                  new ProducerRecord<>(
                      RECORDS,
                      "machine".getBytes(StandardCharsets.UTF_8),
                      record.getBytes(StandardCharsets.UTF_8)));
        }
        producer.flush();
        return read(consumer, job, records.size(), time, start);
      }
    }
  }

  private Document read(
      KafkaConsumer<byte[], byte[]> consumer, StreamJob job, int records, String time, long start)
      throws IOException {
    Tally counts = Tally.NONE;
    int shown = 0;
    boolean alarmed = false;
    while (counts.rows() < records) {
      if (job.hasEnded() || System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IOException(
            "stream: no verdict within "
                + PATIENCE.toSeconds()
                + " s: "
                + job.failure().orElse("no reason is known"));
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        StreamVerdict verdict =
            new VerdictSerde().deserializer().deserialize(VERDICTS, record.value());
        counts = counts.plus(one(verdict.judgement().verdict()));
        boolean alarm = verdict.judgement().verdict() == Verdict.ANOMALY;
        // Of alarms that follow one another the first is news.
        if (alarm && !alarmed && shown < MOST_SHOWN) {
          output.notice(sentence(verdict, time));
          shown++;
        }
        alarmed = alarm;
      }
    }
    return new Document(
        counts.rows(),
        counts.normal(),
        counts.anomaly(),
        counts.unscorable(),
        shown,
        (System.nanoTime() - start) / 1e9);
  }

  private static Tally one(Verdict verdict) {
    return switch (verdict) {
      case NORMAL -> new Tally(1, 0, 0);
      case ANOMALY -> new Tally(0, 1, 0);
      case UNSCORABLE -> new Tally(0, 0, 1);
    };
  }

  private static String sentence(StreamVerdict verdict, String time) {
    String feature = verdict.features().stream().findFirst().map(StreamDemo::words).orElse("");
    StreamVerdict.Kept told = verdict.kept().get(time);
    return "%s-%d at %d, %s: anomaly, score %s%s"
        .formatted(
            verdict.topic(),
            verdict.partition(),
            verdict.offset(),
            told == null ? "" : told.text(),
            Wording.figure(verdict.judgement().score()),
            feature);
  }

  private static String words(Feature feature) {
    return "; " + feature.name() + " is " + feature.actual() + ", expected " + feature.expected();
  }

  static String text(Document document) {
    return "%s records judged in %s: %s anomalies, %s unscorable; exactly once, whatever is killed"
        .formatted(
            Wording.count(document.records()),
            Wording.duration(document.seconds()),
            Wording.count(document.anomalies()),
            Wording.count(document.unscorable()));
  }

  private static String brokerClassPath() throws IOException {
    String file = System.getProperty(BROKER_PROPERTY);
    if (file == null) {
      throw new IOException(
          "broker: its class path is not known (expected: from ./latentry of a checkout, which"
              + " fetches it); with a broker of your own use latentry stream");
    }
    return Files.readString(Path.of(file)).strip();
  }

  private static KafkaProducer<byte[], byte[]> producer(LocalBroker broker) {
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap());
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static KafkaConsumer<byte[], byte[]> consumer(LocalBroker broker) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap());
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> all = List.of(new TopicPartition(VERDICTS, 0));
    consumer.assign(all);
    consumer.seekToBeginning(all);
    return consumer;
  }
}
