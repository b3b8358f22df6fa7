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
   * @param seconds that a service is asked for in a round
   */
  public record Request(
      Path launcher,
      Path models,
      String model,
      Rows rows,
      List<Mode> modes,
      int batch,
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
    List<Asked> all = new ArrayList<>();
    try {
      for (Mode mode : request.modes()) {
        Path models = Files.createDirectory(folder.resolve("models-" + all.size()));
        String file = request.model() + ".onnx";
        Path unused = Files.copy(request.models().resolve(file), models.resolve(file));
        all.add(asked(request, mode, models, folder.resolve(all.size() + ".json")));
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
      print(request, all, rounds, out);
    } finally {
      for (Asked one : all) {
        one.client().close();
        one.service().close();
      }
    }
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
      Request request, List<Asked> all, List<List<Round>> rounds, PrintStream out)
      throws IOException {
    out.printf(
        Locale.ROOT,
        "%s, %d rows a request, %d connections, medians of %d rounds of %d s%n",
        all.get(0).door().name(),
        request.batch(),
        CONNECTIONS,
        request.rounds(),
        request.seconds());
    out.println(
        "| recording.keep | rows/s | of that without | 95 % interval | processor us/row | p99 ms |"
            + " rows left out |");
    out.println("|---|---|---|---|---|---|---|");
    for (int i = 0; i < all.size(); i++) {
      Interval share = median(rounds.get(i).stream().mapToDouble(Round::share).toArray());
      out.printf(
          Locale.ROOT,
          "| %s | %,.0f | %.1f %% | %.1f to %.1f %% | %.1f | %.1f | %,d |%n",
          all.get(i).mode().name(),
          median(rounds.get(i).stream().mapToDouble(Round::rowsPerSecond).toArray()).estimate(),
          100 * share.estimate(),
          100 * share.low(),
          100 * share.high(),
          median(rounds.get(i).stream().mapToDouble(Round::microsPerRow).toArray()).estimate(),
          median(rounds.get(i).stream().mapToDouble(Round::p99).toArray()).estimate(),
          leftOut(all.get(i).service()));
    }
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
