package io.latentry.load.service;

import io.latentry.core.data.Rows;
import io.latentry.scoring.Scorer;
import io.latentry.server.Service;
import io.latentry.server.config.LogFormat;
import io.latentry.server.config.LogLevel;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.log.EventLog;
import io.latentry.server.log.LibraryLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Valid requests with a few bytes changed, at a service in this process: whatever arrives is
 * answered or refused within its time, none is a fault of ours, and a known row has its score
 * between them and afterwards.
 */
public final class FuzzBenchmark {
  private static final int SENDERS = 64;
  private static final int CHECKED_EVERY = 1_000;
  private static final int PROGRESS_EVERY = 10_000;
  private static final int MOST_SHRINKING = 200;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Half-sent requests and idle connections are cut off soon, or the run would wait for them. */
  private static final Map<String, String> PATIENCE =
      Map.of(
          "limits.header_timeout_millis", "300",
          "limits.body_timeout_millis", "300",
          "limits.idle_timeout_millis", "1000");

  private static final int MOST_REPORTS = 3;
  private static final int MOST_LOG = 4_000;

  /**
   * What to run.
   *
   * @param models an empty folder
   * @param artifact the model
   * @param rows a few rows that it can judge
   */
  public record Request(Path models, Path artifact, Rows rows, long requests, long seed) {}

  private FuzzBenchmark() {}

  /**
   * Sends the valid requests as they are, which must be accepted, then changed ones until all are
   * sent or one has shown a fault, which is printed.
   *
   * @return whether there was no fault
   */
  public static boolean run(Request request, PrintStream out) throws IOException {
    out.printf(Locale.ROOT, "%,d requests, seed %d%n", request.requests(), request.seed());
    float known;
    Rows row = request.rows().select(new int[] {0});
    try (Scorer scorer = Scorer.open(request.artifact())) {
      known = scorer.judge(row).score(0);
    }
    for (String name : List.of(FuzzRequests.STEADY, FuzzRequests.SPARE)) {
      Files.copy(request.artifact(), request.models().resolve(name + ".onnx"));
    }
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    EventLog log =
        new EventLog(
            new PrintStream(errors, true, StandardCharsets.UTF_8),
            LogFormat.TEXT,
            LogLevel.ERROR,
            Clock.systemUTC());
    LibraryLog.writeTo(log);
    Map<String, String> flags = new HashMap<>(PATIENCE);
    flags.put("models", request.models().toString());
    flags.put("port", "0");
    ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
    try (Service service =
        Service.start(ServerConfigReader.read(Optional.empty(), Map.of(), flags), log)) {
      FuzzRequests requests =
          new FuzzRequests(request.rows(), Files.readAllBytes(request.artifact()), request.seed());
      FuzzTarget target = new FuzzTarget(service.port(), LIMIT);
      for (FuzzRequest valid : requests.valid()) {
        Optional<String> refusal = target.refusal(valid);
        if (refusal.isPresent()) {
          out.println("before any byte is changed: " + refusal.get());
          out.println(valid.document());
          return false;
        }
      }
      return new Hunt(
              requests,
              target,
              new KnownAnswer(
                  service.port(),
                  FuzzRequests.STEADY,
                  Bodies.JSON_TYPE,
                  Bodies.api(row),
                  row,
                  known),
              errors,
              senders,
              out)
          .run(request.requests());
    } finally {
      senders.shutdownNow();
    }
  }

  /** One run of requests. */
  private record Hunt(
      FuzzRequests requests,
      FuzzTarget target,
      KnownAnswer known,
      ByteArrayOutputStream errors,
      ExecutorService senders,
      PrintStream out) {

    boolean run(long count) {
      long start = System.nanoTime();
      for (long from = 0; from < count; from += CHECKED_EVERY) {
        long to = Math.min(count, from + CHECKED_EVERY);
        boolean answered = sendAll(from, to);
        // The log tells the cause of what was answered wrongly.
        if (!isRight(from, to) || !answered) {
          return false;
        }
        if (to % PROGRESS_EVERY == 0 || to == count) {
          out.printf(
              Locale.ROOT,
              "%,d requests: no fault, known row right, %.0f s%n",
              to,
              (System.nanoTime() - start) / 1e9);
        }
      }
      return true;
    }

    private boolean sendAll(long from, long to) {
      List<Future<Optional<String>>> answers = new ArrayList<>();
      for (long number = from; number < to; number++) {
        FuzzRequest request = requests.changed(number);
        answers.add(senders.submit(() -> target.violation(request)));
      }
      int faults = 0;
      for (int i = 0; i < answers.size(); i++) {
        Optional<String> violation = answer(answers.get(i));
        if (violation.isPresent() && ++faults <= MOST_REPORTS) {
          report(from + i, violation.get());
        }
      }
      return faults == 0;
    }

    private static Optional<String> answer(Future<Optional<String>> future) {
      try {
        return future.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("a request that cannot be sent", e);
      }
    }

    /** Between requests: the log holds no fault of ours, and a known row its score. */
    private boolean isRight(long from, long to) {
      String said = errors.toString(StandardCharsets.UTF_8);
      Optional<String> wrong =
          said.isEmpty()
              ? known.violation()
              : Optional.of("log:\n" + said.substring(0, Math.min(said.length(), MOST_LOG)));
      wrong.ifPresent(
          text -> out.printf(Locale.ROOT, "after requests %,d to %,d: %s%n", from, to - 1, text));
      return wrong.isEmpty();
    }

    private void report(long number, String violation) {
      FuzzRequest request = requests.changed(number);
      out.printf(Locale.ROOT, "request %d: %s%n", number, violation);
      out.println(shrunk(request, violation).document());
    }

    /**
     * The smallest that halving finds, of those that still show a fault; a hang takes too long to
     * try.
     */
    private FuzzRequest shrunk(FuzzRequest request, String violation) {
      FuzzRequest smallest = request;
      int tries = 0;
      if (violation.equals(FuzzTarget.HANGS)) {
        return request;
      }
      for (int piece = request.body().length / 2; piece > 0; piece /= 2) {
        for (int at = 0; at < smallest.body().length && tries < MOST_SHRINKING; tries++) {
          byte[] body = smallest.body();
          FuzzRequest smaller =
              smallest.withBody(
                  Mutation.joined(body, at, new byte[0], Math.min(body.length, at + piece)));
          if (target.violation(smaller).isPresent()) {
            smallest = smaller;
          } else {
            at += piece;
          }
        }
      }
      return smallest;
    }
  }
}
