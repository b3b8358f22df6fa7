package io.latentry.load.service;

import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.Interval;
import io.latentry.core.evaluation.OrderStatistics;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * What recording costs: services that differ in the settings of {@code recording} alone are asked
 * in turn, as fast as they answer, for some rounds. Each is compared with the one that records
 * nothing in the same round, so that what else the machine does weighs on both.
 */
public final class RecordingBenchmark {
  private static final List<Mode> MODES =
      List.of(
          new Mode("off", List.of("recording.keep=off")),
          new Mode("counts", List.of("recording.keep=counts")),
          new Mode("scores", List.of("recording.keep=scores")),
          new Mode("rows", List.of("recording.keep=rows")),
          new Mode("all-rows", List.of("recording.keep=rows", "recording.rows.most_per_second=0")));
  private static final int CONNECTIONS = 16;
  private static final int WARM_UP_SECONDS = 20;

  /**
   * What to run.
   *
   * @param launcher the program, {@code ./latentry}
   * @param models folder that holds {@code model.onnx}
   * @param rows to ask about
   * @param modes the first of which records nothing
   * @param batch rows of a request
   * @param starts of all services: one is translated to faster code than another, by chance
   * @param rounds after each start
   * @param seconds that a service is asked for in a round
   */
  public record Request(
      Path launcher,
      Path models,
      String model,
      Rows rows,
      List<Mode> modes,
      int batch,
      int starts,
      int rounds,
      int seconds) {}

  /**
   * @param settings that services differ in
   */
  public record Mode(String name, List<String> settings) {}

  private record Asked(Mode mode, ServiceProcess service, LoadClient client, LoadDoor door) {}

  /**
   * @param share of the requests/s of the service that records nothing
   */
  private record Round(double rowsPerSecond, double microsPerRow, double share, double p99) {}

  private RecordingBenchmark() {}

  /**
   * The one that records nothing, and those of these names; all of them if there is no name.
   *
   * @throws IllegalArgumentException if there is no such mode
   */
  public static List<Mode> modes(List<String> names) {
    List<String> known = MODES.stream().map(Mode::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "--keep: '%s' (expected: among %s)".formatted(name, String.join(", ", known)));
      }
    }
    return MODES.stream()
        .filter(mode -> names.isEmpty() || mode.equals(MODES.get(0)) || names.contains(mode.name()))
        .toList();
  }

  /** Prints a markdown table of the medians over the rounds. */
  public static void run(Request request, Path folder, PrintStream out) throws IOException {
    List<List<List<Round>>> starts = new ArrayList<>();
    long[] leftOut = new long[request.modes().size()];
    String door = "";
    for (int start = 0; start < request.starts(); start++) {
      List<Asked> all = new ArrayList<>();
      try {
        Path own = Files.createDirectory(folder.resolve("start-" + start));
        for (Mode mode : request.modes()) {
          Path models = Files.createDirectory(own.resolve("models-" + all.size()));
          String file = request.model() + ".onnx";
          Path unused = Files.copy(request.models().resolve(file), models.resolve(file));
          all.add(asked(request, mode, models, own.resolve(all.size() + ".json")));
        }
        for (Asked one : all) {
          LoadPoint unused =
              LoadPoint.closedLoop(one.client(), one.door(), CONNECTIONS, WARM_UP_SECONDS);
        }
        List<List<Round>> rounds =
            all.stream().map(one -> (List<Round>) new ArrayList<Round>()).toList();
        for (int round = 0; round < request.rounds(); round++) {
          round(request, all, round, rounds);
        }
        starts.add(rounds);
        door = all.get(0).door().name();
        for (int i = 0; i < all.size(); i++) {
          leftOut[i] += leftOut(all.get(i).service());
        }
      } finally {
        for (Asked one : all) {
          one.client().close();
          one.service().close();
        }
      }
    }
    print(request, door, starts, leftOut, out);
  }

  private static Asked asked(Request request, Mode mode, Path models, Path said)
      throws IOException {
    ServiceProcess service =
        ServiceProcess.start(
            request.launcher(),
            models,
            said,
            mode.settings().stream().flatMap(one -> Stream.of("--set", one)).toList());
    URI url = URI.create(service.url());
    LoadClient client = new LoadClient(new InetSocketAddress(url.getHost(), url.getPort()));
    LoadDoor door =
        Workload.ofTable(request.model(), request.rows()).doors(client, request.batch()).get(0);
    return new Asked(mode, service, client, door);
  }

  /** Each in turn, beginning with another one in each round. */
  private static void round(Request request, List<Asked> all, int round, List<List<Round>> rounds) {
    LoadPoint[] points = new LoadPoint[all.size()];
    double[] work = new double[all.size()];
    for (int i = 0; i < all.size(); i++) {
      int turn = (i + round) % all.size();
      Asked one = all.get(turn);
      double before = one.service().processorSeconds();
      points[turn] = LoadPoint.closedLoop(one.client(), one.door(), CONNECTIONS, request.seconds());
      work[turn] = one.service().processorSeconds() - before;
    }
    for (int i = 0; i < all.size(); i++) {
      double rows = (double) points[i].answered() * request.batch();
      rounds
          .get(i)
          .add(
              new Round(
                  rows / points[i].seconds(),
                  1e6 * work[i] / rows,
                  points[i].requestsPerSecond() / points[0].requestsPerSecond(),
                  points[i].millis(99)));
    }
  }

  private static void print(
      Request request,
      String door,
      List<List<List<Round>>> starts,
      long[] leftOut,
      PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%s, %d rows a request, %d connections, medians of %d rounds of %d s after each of %d"
            + " starts%n",
        door,
        request.batch(),
        CONNECTIONS,
        request.rounds(),
        request.seconds(),
        request.starts());
    out.println(
        "| recording.keep | rows/s | of that without | 95 % interval | processor us/row | p99 ms |"
            + " rows left out |");
    out.println("|---|---|---|---|---|---|---|");
    for (int i = 0; i < request.modes().size(); i++) {
      int mode = i;
      List<List<Round>> rounds = starts.stream().map(start -> start.get(mode)).toList();
      Interval share = median(rounds, Round::share);
      out.printf(
          Locale.ROOT,
          "| %s | %,.0f | %.1f %% | %.1f to %.1f %% | %.1f | %.1f | %,d |%n",
          request.modes().get(i).name(),
          median(rounds, Round::rowsPerSecond).estimate(),
          100 * share.estimate(),
          100 * share.low(),
          100 * share.high(),
          median(rounds, Round::microsPerRow).estimate(),
          median(rounds, Round::p99).estimate(),
          leftOut[i]);
    }
  }

  /** Of the medians after each start; of a single start, of its rounds. */
  private static Interval median(List<List<Round>> starts, ToDoubleFunction<Round> figure) {
    double[] medians =
        starts.stream()
            .mapToDouble(rounds -> median(rounds.stream().mapToDouble(figure).toArray()).estimate())
            .toArray();
    return medians.length > 1
        ? median(medians)
        : median(starts.get(0).stream().mapToDouble(figure).toArray());
  }

  /** With the interval by ranks, which asks nothing of how rounds vary; of few all of them. */
  static Interval median(double[] rounds) {
    double[] sorted = OrderStatistics.sorted("rounds", rounds);
    int beyond = BinomialDistribution.of(sorted.length, 0.5).inverseCumulativeProbability(0.025);
    int low = Math.max(0, beyond - 1);
    return new Interval(
        OrderStatistics.quantile(sorted, 0.5), sorted[low], sorted[sorted.length - 1 - low]);
  }

  /** Rows that neither the counts nor the files have. */
  private static long leftOut(ServiceProcess service) throws IOException {
    return ServiceMetrics.sum(
        URI.create(service.url()),
        line -> line.startsWith("latentry_rec") && line.contains("missed"));
  }
}
