package io.latentry.load.service;

import io.latentry.scoring.Scorer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Requests per second and how long they take, through every door: the service is a process of its
 * own, the clients are in this one, and both share the machine.
 */
public final class LoadBenchmark {
  private static final List<Integer> CONNECTIONS = List.of(1, 16, 64);
  private static final long SEED = 1;

  /** More rows at one time than may wait by default. */
  private static final int OVERLOAD_CONNECTIONS = 256;

  private static final double WARM_UP_SHARE = 0.5;
  private static final int MEMORY_SECONDS = 10;
  private static final int MEMORY_CONNECTIONS = 16;

  /**
   * What to run.
   *
   * @param launcher the program, {@code ./latentry}
   * @param models folder that holds the file of the workload's model, {@code NAME.onnx}
   * @param batch samples of the larger requests
   * @param seconds of each point
   * @param warmUpSeconds of a door, and again of its half load: requests that come at random take
   *     other paths, which Java compiles anew, and in the slowest moments of a half load that was
   *     less than a minute old its compiler took most of a core
   * @param minutes of the look at memory; 0 for none
   */
  public record Request(
      Path launcher,
      Path models,
      Workload workload,
      int batch,
      double seconds,
      double warmUpSeconds,
      int minutes) {
    /** Of {@link #warmUpSeconds}. */
    public static final int USUAL_WARM_UP_SECONDS = 60;
  }

  private LoadBenchmark() {}

  /**
   * Prints a markdown table of all points, then the memory if it was asked for.
   *
   * @throws IllegalStateException if a sample was not judged, or a known one has another score
   */
  public static void run(Request request, Path folder, PrintStream out) throws IOException {
    try (ServiceProcess service =
        ServiceProcess.start(request.launcher(), request.models(), folder.resolve("serve.json"))) {
      URI url = URI.create(service.url());
      measure(request, url, out);
      if (request.minutes() > 0) {
        try (LoadClient client = new LoadClient(address(url))) {
          memory(
              service,
              client,
              List.of(
                  request.workload().doors(client, 1),
                  request.workload().doors(client, request.batch())),
              request.minutes(),
              out);
        }
      }
      out.printf(
          Locale.ROOT, "resident memory at the end: %,d MB%n", service.residentBytes() >> 20);
    }
  }

  /** Prints the table of a service that is there. */
  static void measure(Request request, URI service, PrintStream out) throws IOException {
    Workload workload = request.workload();
    int[] sizes = {1, request.batch()};
    for (int samples : sizes) {
      workload.prepare(service, samples);
    }
    try (Scorer scorer = Scorer.open(request.models().resolve(workload.model() + ".onnx"))) {
      requireKnown(workload.known(service.getPort(), scorer));
      long unscorable = unscorable(service);
      int doors;
      try (LoadClient client = new LoadClient(address(service))) {
        List<LoadDoor> singles = workload.doors(client, 1);
        doors = singles.size();
        for (LoadDoor door : singles) {
          LoadPoint unused =
              LoadPoint.closedLoop(client, door, CONNECTIONS.get(2), request.warmUpSeconds());
        }
      }
      out.println(
          "| door | rows | connections | requests/s | rows/s | p50 ms | p99 ms | p99.9 ms | errors"
              + " |");
      out.println("|---|---|---|---|---|---|---|---|---|");
      for (int door = 0; door < doors; door++) {
        for (int samples : sizes) {
          // With connections of its own, since a service takes so many and no more.
          try (LoadClient client = new LoadClient(address(service))) {
            points(client, workload.doors(client, samples).get(door), samples, request, out);
          }
          requireJudged(service, unscorable);
        }
      }
      requireKnown(workload.known(service.getPort(), scorer));
    }
  }

  private static void requireKnown(KnownAnswer known) {
    known
        .violation()
        .ifPresent(
            violation -> {
              throw new IllegalStateException(violation);
            });
  }

  /** Requests that were answered with other than verdicts have no figures worth a look. */
  private static void requireJudged(URI service, long before) throws IOException {
    long unscorable = unscorable(service) - before;
    if (unscorable > 0) {
      throw new IllegalStateException(
          unscorable + " rows: unscorable (expected: a verdict on each)");
    }
  }

  private static long unscorable(URI service) throws IOException {
    return ServiceMetrics.sum(
        service, line -> line.startsWith("latentry_rows_total") && line.contains("\"unscorable\""));
  }

  private static InetSocketAddress address(URI url) {
    return new InetSocketAddress(url.getHost(), url.getPort());
  }

  private static void points(
      LoadClient client, LoadDoor door, int rows, Request request, PrintStream out) {
    double seconds = request.seconds();
    double saturation = 0;
    for (int connections : CONNECTIONS) {
      LoadPoint unused = LoadPoint.closedLoop(client, door, connections, WARM_UP_SHARE * seconds);
      LoadPoint point = LoadPoint.closedLoop(client, door, connections, seconds);
      print(door, rows, Integer.toString(connections), point, out);
      saturation = Math.max(saturation, point.requestsPerSecond());
    }
    if (saturation == 0) {
      throw new IllegalStateException(door.name() + ": no answer (expected: verdicts)");
    }
    double half = saturation / 2;
    LoadPoint unused = LoadPoint.openLoop(client, door, half, request.warmUpSeconds(), SEED);
    print(door, rows, "half load", LoadPoint.openLoop(client, door, half, seconds, SEED), out);
    if (rows > 1) {
      String connections = OVERLOAD_CONNECTIONS + ", too many";
      print(
          door,
          rows,
          connections,
          LoadPoint.closedLoop(client, door, OVERLOAD_CONNECTIONS, seconds),
          out);
    }
  }

  private static void print(
      LoadDoor door, int rows, String connections, LoadPoint point, PrintStream out) {
    String errors =
        point.errors().entrySet().stream()
            .map(error -> error.getKey() + ": " + error.getValue())
            .collect(Collectors.joining(", "));
    out.printf(
        Locale.ROOT,
        "| %s | %d | %s | %,.0f | %,.0f | %.2f | %.2f | %.2f | %s |%n",
        door.name(),
        rows,
        connections,
        point.requestsPerSecond(),
        point.requestsPerSecond() * rows,
        point.millis(50),
        point.millis(99),
        point.millis(99.9),
        errors.isEmpty() ? "none" : errors);
    out.flush();
  }

  /** Every door in turn, so that each 10 seconds do the same as those before. */
  private static void memory(
      ServiceProcess service,
      LoadClient client,
      List<List<LoadDoor>> doors,
      int minutes,
      PrintStream out) {
    List<LoadDoor> all = doors.stream().flatMap(List::stream).toList();
    long start = System.nanoTime();
    long end = start + TimeUnit.MINUTES.toNanos(minutes);
    out.println("seconds  answered  errors  resident MB");
    while (System.nanoTime() < end) {
      long answered = 0;
      long errors = 0;
      for (LoadDoor door : all) {
        LoadPoint point =
            LoadPoint.closedLoop(
                client, door, MEMORY_CONNECTIONS, (double) MEMORY_SECONDS / all.size());
        answered += point.answered();
        errors += point.errors().values().stream().mapToLong(Long::longValue).sum();
      }
      out.printf(
          Locale.ROOT,
          "%7.0f %9d %7d %12d%n",
          (System.nanoTime() - start) / 1e9,
          answered,
          errors,
          service.residentBytes() >> 20);
      out.flush();
    }
  }
}
