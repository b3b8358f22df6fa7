package io.latentry.load.stream;

import io.latentry.core.data.Rows;
import io.latentry.kafka.local.LocalBroker;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;

/**
 * Two copies of a job, one of which is killed again and again while records come; then the same
 * records by a job that nothing disturbs. What both committed must be the same.
 */
public final class StreamKills {
  private static final int PARTITIONS = 4;
  private static final List<String> COPIES = List.of("a", "b");
  private static final String RECORDS = "records";

  /** What the other copy still commits of what was under way before the kill. */
  private static final Duration SETTLING = Duration.ofMillis(300);

  /** Longer than the copy is missed, so that the other takes its partitions over. */
  private static final Duration AWAY = Duration.ofSeconds(13);

  private static final Duration PATIENCE = Duration.ofHours(2);

  private StreamKills() {}

  /**
   * @param starter of copies
   * @param rows of the model; record i is row i, from the first on again
   * @param perSecond records
   * @param kills at most; fewer if the records are over before
   * @param awayEvery so many kills a copy comes back only after the other took over; 0 for never
   */
  public record Request(
      Starter starter, Rows rows, int records, int perSecond, int kills, int awayEvery) {}

  /** Starts a copy of the job. */
  @FunctionalInterface
  public interface Starter {
    /**
     * @param instance name of the copy
     * @param out topic of verdicts, which is the job's name as well
     * @param state folder of the copies
     */
    Process start(String bootstrap, String instance, String in, String out, Path state)
        throws IOException;
  }

  /**
   * What became of the kills.
   *
   * @param back seconds from a kill until all partitions had new verdicts, ascending
   * @param backFromAway the same of copies that stayed away
   */
  public record Result(
      List<Double> back, List<Double> backFromAway, long twice, long outOfOrder, long different) {
    /** NaN of none. */
    public static double median(List<Double> ascending) {
      return ascending.isEmpty() ? Double.NaN : ascending.get(ascending.size() / 2);
    }
  }

  /**
   * @throws IllegalStateException if a record has no verdict in time, or a copy ends by itself
   */
  public static Result run(Request request, Path folder, PrintStream out) throws IOException {
    try (LocalBroker broker =
        LocalBroker.start(System.getProperty("java.class.path"), folder.resolve("broker"))) {
      broker.createTopics(List.of(RECORDS, "killed", "undisturbed"), PARTITIONS);
      List<Double> back = new ArrayList<>();
      List<Double> backFromAway = new ArrayList<>();
      try (Verdicts killed = new Verdicts(broker.bootstrap(), "killed", PARTITIONS);
          Verdicts undisturbed = new Verdicts(broker.bootstrap(), "undisturbed", PARTITIONS)) {
        new Killing(request, broker, folder, killed).run(back, backFromAway);
        try (Copy job = new Copy(request, broker, folder, "c", "undisturbed")) {
          while (undisturbed.count() < request.records()) {
            job.look();
            List<Long> unused = undisturbed.poll();
          }
        }
        List<Long> unused = killed.poll();
        Collections.sort(back);
        Collections.sort(backFromAway);
        Result result =
            new Result(
                back,
                backFromAway,
                killed.twice(),
                killed.outOfOrder(),
                killed.different(undisturbed));
        tell(request, result, out);
        return result;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static void tell(Request request, Result result, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%d kills of one of two copies over %,d records: lost 0, twice %,d, out of order %,d, other"
            + " than undisturbed %,d; all partitions judged again after a kill: median %.1f s,"
            + " longest %.1f s%n",
        result.back().size() + result.backFromAway().size(),
        request.records(),
        result.twice(),
        result.outOfOrder(),
        result.different(),
        Result.median(result.back()),
        result.back().isEmpty() ? Double.NaN : result.back().get(result.back().size() - 1));
    if (!result.backFromAway().isEmpty()) {
      out.printf(
          Locale.ROOT,
          "%d of the copies stayed away: by the other after median %.1f s%n",
          result.backFromAway().size(),
          Result.median(result.backFromAway()));
    }
  }

  /** One copy, in a process, and whoever looks after it. */
  private static final class Copy implements AutoCloseable {
    /** One that ends more often by itself has a reason that another start does not mend. */
    private static final int MOST_STARTS = 20;

    private final Request request;
    private final LocalBroker broker;
    private final Path folder;
    private final String instance;
    private final String out;
    private final long until = System.nanoTime() + PATIENCE.toNanos();
    private int endings;
    private @Nullable Process process;

    Copy(Request request, LocalBroker broker, Path folder, String instance, String out)
        throws IOException {
      this.request = request;
      this.broker = broker;
      this.folder = folder;
      this.instance = instance;
      this.out = out;
      start();
      // Who breaks it off leaves no job behind.
      Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    void start() throws IOException {
      process =
          request
              .starter()
              .start(broker.bootstrap(), instance, RECORDS, out, folder.resolve("state-" + out));
    }

    void kill() throws InterruptedException {
      if (process != null) {
        int unused = process.destroyForcibly().waitFor();
        process = null;
      }
    }

    /** Starts it again if it ended by itself, as on a machine too busy for a broker to answer. */
    void look() throws IOException {
      if (process != null && !process.isAlive()) {
        if (++endings > MOST_STARTS) {
          throw new IllegalStateException("stream: ends by itself; see its log in the folder");
        }
        start();
      }
      if (System.nanoTime() > until) {
        throw new IllegalStateException("stream: records without a verdict within two hours");
      }
    }

    @Override
    public void close() {
      if (process != null) {
        Process unused = process.destroyForcibly();
      }
    }
  }

  /** The run that is disturbed. */
  private static final class Killing {
    private final Request request;
    private final LocalBroker broker;
    private final Path folder;
    private final Verdicts verdicts;
    private final List<Copy> copies = new ArrayList<>();

    Killing(Request request, LocalBroker broker, Path folder, Verdicts verdicts) {
      this.request = request;
      this.broker = broker;
      this.folder = folder;
      this.verdicts = verdicts;
    }

    void run(List<Double> back, List<Double> backFromAway)
        throws IOException, InterruptedException {
      SplittableRandom random = new SplittableRandom(1);
      AtomicBoolean stop = new AtomicBoolean();
      for (String name : COPIES) {
        copies.add(new Copy(request, broker, folder, name, "killed"));
      }
      try (KafkaProducer<byte[], byte[]> producer = StreamBenchmark.producer(broker)) {
        Thread sending =
            StreamBenchmark.sending(
                producer,
                RECORDS,
                request.records(),
                request.perSecond(),
                StreamBenchmark.values(request.rows()),
                stop);
        awaitAll(new long[PARTITIONS]);
        for (int kill = 1; kill <= request.kills() && sending.isAlive(); kill++) {
          poll(Duration.ofMillis(random.nextLong(200, 3_000)));
          int victim = random.nextInt(copies.size());
          boolean away = request.awayEvery() > 0 && kill % request.awayEvery() == 0;
          long killed = System.nanoTime();
          copies.get(victim).kill();
          if (!away) {
            copies.get(victim).start();
          }
          poll(SETTLING);
          boolean all = awaitAll(verdicts.counts());
          if (all) {
            (away ? backFromAway : back).add((System.nanoTime() - killed) / 1e9);
          }
          if (away) {
            long left = AWAY.toNanos() - (System.nanoTime() - killed);
            poll(Duration.ofNanos(Math.max(left, 0)));
            copies.get(victim).start();
          }
        }
        while (verdicts.count() < request.records()) {
          poll(Duration.ofMillis(1));
        }
        sending.join();
        // What would come twice comes now.
        poll(Duration.ofSeconds(1));
      } finally {
        stop.set(true);
        copies.forEach(Copy::close);
      }
    }

    private void poll(Duration most) throws IOException {
      long end = System.nanoTime() + most.toNanos();
      do {
        List<Long> unused = verdicts.poll();
        for (Copy copy : copies) {
          copy.look();
        }
      } while (System.nanoTime() < end);
    }

    /** Whether each partition got further, before the records were over. */
    private boolean awaitAll(long[] before) throws IOException {
      while (verdicts.count() < request.records()) {
        poll(Duration.ofMillis(1));
        long[] now = verdicts.counts();
        boolean all = true;
        for (int i = 0; i < now.length; i++) {
          all &= now[i] > before[i];
        }
        if (all) {
          return true;
        }
      }
      return false;
    }
  }
}
