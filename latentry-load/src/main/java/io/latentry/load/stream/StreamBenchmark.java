package io.latentry.load.stream;

import io.latentry.core.data.Rows;
import io.latentry.kafka.local.LocalBroker;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Three runs of the job: a topic that is full already, for records a second; a steady rate, for how
 * long a verdict takes until a reader of committed records has it; and kills in the middle.
 */
public final class StreamBenchmark {
  private static final int PARTITIONS = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private StreamBenchmark() {}

  /**
   * @param launcher the program, {@code ./latentry}
   * @param rows of the model; record i is row i, from the first on again
   * @param records of the first and of the last run
   * @param seconds of the second run, at 1,000 records a second
   * @param kills in the last run; 0 leaves it out
   * @param guarantee as the option says it
   * @param threads of the job
   */
  public record Request(
      Path launcher,
      Path artifact,
      Rows rows,
      int records,
      int seconds,
      int kills,
      String guarantee,
      int threads) {}

  /**
   * @throws IllegalStateException if a record has no verdict, or two where there is to be one
   */
  public static void run(Request request, Path folder, PrintStream out) throws IOException {
    try (LocalBroker broker =
        LocalBroker.start(System.getProperty("java.class.path"), folder.resolve("broker"))) {
      full(request, broker, folder, out);
      steady(request, broker, folder, out);
      if (request.kills() > 0) {
        killed(request, broker, folder, out);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static void full(Request request, LocalBroker broker, Path folder, PrintStream out)
      throws IOException, InterruptedException {
    broker.createTopics(List.of("full", "full-verdicts"), PARTITIONS);
    byte[][] values = values(request.rows());
    try (KafkaProducer<byte[], byte[]> producer = producer(broker)) {
      for (int i = 0; i < request.records(); i++) {
        send(producer, "full", i, values);
      }
    }
    try (Verdicts verdicts = new Verdicts(broker.bootstrap(), "full-verdicts", PARTITIONS);
        StreamProcess job = StreamProcess.start(request, broker.bootstrap(), "a", "full", folder)) {
      long start = System.nanoTime();
      long first = 0;
      long warm = 0;
      long warmCount = 0;
      while (verdicts.count() < request.records()) {
        requireWithin(start, job);
        List<Long> unused = verdicts.poll();
        if (first == 0 && verdicts.count() > 0) {
          first = System.nanoTime();
        }
        if (warm == 0 && verdicts.count() > request.records() / 3) {
          warm = System.nanoTime();
          warmCount = verdicts.count();
        }
      }
      long end = System.nanoTime();
      out.printf(
          Locale.ROOT,
          "full topic, %s, %d threads: %,d records; first verdict after %.1f s; %,.0f records/s,"
              + " the last two thirds %,.0f%n",
          request.guarantee(),
          request.threads(),
          request.records(),
          (first - start) / 1e9,
          verdicts.count() / ((end - first) / 1e9),
          (verdicts.count() - warmCount) / ((end - warm) / 1e9));
    }
  }

  private static void steady(Request request, LocalBroker broker, Path folder, PrintStream out)
      throws IOException, InterruptedException {
    broker.createTopics(List.of("steady", "steady-verdicts"), PARTITIONS);
    byte[][] values = values(request.rows());
    int records = 1_000 * request.seconds();
    List<Long> ages = new ArrayList<>();
    try (Verdicts verdicts = new Verdicts(broker.bootstrap(), "steady-verdicts", PARTITIONS);
        KafkaProducer<byte[], byte[]> producer = producer(broker);
        StreamProcess job =
            StreamProcess.start(request, broker.bootstrap(), "a", "steady", folder)) {
      long start = System.nanoTime();
      send(producer, "steady", 0, values);
      while (verdicts.count() == 0) {
        requireWithin(start, job);
        List<Long> unused = verdicts.poll();
      }
      Thread sending = sending(producer, "steady", records - 1, 1_000, values, new AtomicBoolean());
      while (verdicts.count() < records) {
        requireWithin(start, job);
        ages.addAll(verdicts.poll());
      }
      sending.join();
    }
    // The first third warms up.
    List<Long> told = new ArrayList<>(ages.subList(ages.size() / 3, ages.size()));
    Collections.sort(told);
    out.printf(
        Locale.ROOT,
        "1,000 records/s for %d s, %s: a verdict is there after p50 %d, p90 %d, p99 %d, max %d"
            + " ms%n",
        request.seconds(),
        request.guarantee(),
        told.get(told.size() / 2),
        told.get(told.size() * 9 / 10),
        told.get(told.size() * 99 / 100),
        told.get(told.size() - 1));
  }

  private static void killed(Request request, LocalBroker broker, Path folder, PrintStream out)
      throws IOException, InterruptedException {
    broker.createTopics(List.of("killed", "killed-verdicts"), PARTITIONS);
    byte[][] values = values(request.rows());
    SplittableRandom random = new SplittableRandom(1);
    List<Double> back = new ArrayList<>();
    AtomicBoolean stop = new AtomicBoolean();
    try (Verdicts verdicts = new Verdicts(broker.bootstrap(), "killed-verdicts", PARTITIONS);
        KafkaProducer<byte[], byte[]> producer = producer(broker)) {
      long start = System.nanoTime();
      Thread sending = sending(producer, "killed", request.records(), 5_000, values, stop);
      StreamProcess job = StreamProcess.start(request, broker.bootstrap(), "a", "killed", folder);
      try {
        for (int kill = 0; kill <= request.kills(); kill++) {
          long before = verdicts.count();
          long started = System.nanoTime();
          while (verdicts.count() == before && verdicts.count() < request.records()) {
            requireWithin(start, job);
            List<Long> unused = verdicts.poll();
          }
          if (kill > 0) {
            back.add((System.nanoTime() - started) / 1e9);
          }
          if (kill == request.kills() || verdicts.count() >= request.records()) {
            break;
          }
          long until = System.nanoTime() + random.nextLong(200_000_000L, 3_000_000_000L);
          while (System.nanoTime() < until) {
            List<Long> unused = verdicts.poll();
          }
          job.kill();
          // What was committed up to the kill, so that the next verdict is one of the successor.
          long settled = System.nanoTime() + 300_000_000L;
          while (System.nanoTime() < settled) {
            List<Long> unused = verdicts.poll();
          }
          job = StreamProcess.start(request, broker.bootstrap(), "a", "killed", folder);
        }
        while (verdicts.count() < request.records()) {
          requireWithin(start, job);
          List<Long> unused = verdicts.poll();
        }
      } finally {
        stop.set(true);
        job.close();
      }
      sending.join();
      Collections.sort(back);
      out.printf(
          Locale.ROOT,
          "%d kills over %,d records, %s: lost 0, twice %,d, out of order %,d; next verdict after a"
              + " kill and a start: median %.1f s, longest %.1f s%n",
          back.size(),
          request.records(),
          request.guarantee(),
          verdicts.twice(),
          verdicts.outOfOrder(),
          back.isEmpty() ? 0 : back.get(back.size() / 2),
          back.isEmpty() ? 0 : back.get(back.size() - 1));
      if (request.guarantee().equals("exactly-once")
          && verdicts.twice() + verdicts.outOfOrder() > 0) {
        throw new IllegalStateException("stream: verdicts twice, or out of order (expected: none)");
      }
    }
  }

  private static void requireWithin(long start, StreamProcess job) {
    if (!job.process().isAlive()) {
      throw new IllegalStateException("stream: ended by itself; see its log in the folder");
    }
    if (System.nanoTime() - start > PATIENCE.multipliedBy(6).toNanos()) {
      throw new IllegalStateException("stream: records without a verdict within an hour");
    }
  }

  /** Sends records at a rate, on a thread of its own. */
  static Thread sending(
      KafkaProducer<byte[], byte[]> producer,
      String topic,
      int records,
      int perSecond,
      byte[][] values,
      AtomicBoolean stop) {
    Thread thread =
        new Thread(
            () -> {
              long start = System.nanoTime();
              for (int i = 0; i < records && !stop.get(); i++) {
                long due = start + i * 1_000_000_000L / perSecond;
                while (System.nanoTime() < due) {
                  LockSupport.parkNanos(500_000);
                }
                send(producer, topic, i, values);
              }
              producer.flush();
            },
            "latentry-sending");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, String topic, int i, byte[][] values) {
    byte[] key = ("key-" + i % 100).getBytes(StandardCharsets.UTF_8);
    Object unused = producer.send(new ProducerRecord<>(topic, key, values[i % values.length]));
  }

  static KafkaProducer<byte[], byte[]> producer(LocalBroker broker) {
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap());
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** The rows as JSON. */
  static byte[][] values(Rows rows) {
    byte[][] values = new byte[rows.count()][];
    for (int i = 0; i < values.length; i++) {
      StringBuilder json = new StringBuilder("{");
      for (int j = 0; j < rows.schema().numericCount(); j++) {
        json.append(j == 0 ? "" : ",")
            .append('"')
            .append(rows.schema().columns().get(j).name())
            .append("\":")
            .append(rows.numeric(i, j));
      }
      values[i] = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }
    return values;
  }
}
