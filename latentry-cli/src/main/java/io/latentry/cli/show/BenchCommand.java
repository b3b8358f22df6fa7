package io.latentry.cli.show;

import io.latentry.bench.quality.ColumnReading;
import io.latentry.bench.quality.QualityBenchmark;
import io.latentry.bench.quality.QualityListener;
import io.latentry.bench.quality.QualityRequest;
import io.latentry.bench.quality.Standings;
import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.DataOptions;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.ProgressBar;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.pipeline.config.FitConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures detection quality on labelled sets; the other benchmarks are for developers. */
@Command(
    name = "bench",
    description = "Measures detection quality on labelled sets, against plain methods and rivals.",
    footer = {
      "",
      "DIR holds tables with columns label (1 = anomaly) and split0, split1, ... (train or test).",
      "A rivals.csv in it joins the comparison. The same command goes on where it was stopped.",
      "A set that cannot be used is listed on the page, and the exit code is 3.",
      "",
      "Examples:",
      "  latentry bench quality --data sets --out quality.html",
      "  latentry bench quality --data sets --seeds 0 --only wbc,cardio --config fast.yaml"
    })
public final class BenchCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "NAME", description = "quality")
  private String name = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of labelled sets. Default: data.")
  private Path data = Path.of("data");

  @Option(
      names = "--seeds",
      paramLabel = "N",
      split = ",",
      description = "Splits to run, separated by commas. Default: all that a set has.")
  private List<Integer> seeds = List.of();

  @Option(
      names = "--only",
      paramLabel = "SET",
      split = ",",
      description = "Run these sets only, separated by commas.")
  private List<String> only = List.of();

  @Option(
      names = "--config",
      paramLabel = "FILE.yaml",
      description = "Settings of the fit. Default: the default detector.")
  private Optional<Path> configFile = Optional.empty();

  @Option(
      names = "--types",
      paramLabel = "HOW",
      description = "inferred (as fit does; default) or numeric (every column a number).")
  private ColumnReading types = ColumnReading.INFERRED;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The page to write, .html or .md. Default: quality.html.")
  private Path page = Path.of("quality.html");

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public BenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (!name.equals("quality")) {
      throw new WrongUsage(
          "NAME: '" + name + "' (expected: quality; for benchmarks of speed see scripts/bench)");
    }
    FitConfig config =
        configFile.isPresent()
            ? DataOptions.read(configFile.get(), Optional.empty())
            : FitConfig.DEFAULT;
    QualityRequest request =
        WrongUsage.from(
            () ->
                new QualityRequest(data, seeds, Set.copyOf(only), config, types, page)
                    .requireSets());
    CommandOutput output = new CommandOutput(terminal, options);
    Standings standings;
    try (ProgressBar bar = output.progress("quality", "")) {
      standings = new QualityBenchmark(shownBy(bar, output)).run(request);
    }
    output.result(
        QualityBenchmark.text(standings)
            + System.lineSeparator()
            + "written: "
            + page
            + " and "
            + request.resultFile(),
        standings);
    if (!standings.failed().isEmpty()) {
      return ExitCode.UNUSABLE_DATA.number();
    }
    output.next("fit DATA -o MODEL.onnx");
    return ExitCode.OK.number();
  }

  /** The bar goes by time, since a set takes the longer the larger it is. */
  private QualityListener shownBy(ProgressBar bar, CommandOutput output) {
    long start = terminal.nanoClock().getAsLong();
    return new QualityListener() {
      @Override
      public void done(String summary, int done, int total, double secondsLeft) {
        bar.erase();
        output.notice(done + "/" + total + " " + summary);
        long millis = (terminal.nanoClock().getAsLong() - start) / 1_000_000;
        bar.update(millis, millis + (long) (1_000 * secondsLeft));
      }

      @Override
      public void failed(String set, String reason) {
        bar.erase();
        output.notice(set + ": failed: " + reason);
      }
    };
  }
}
