package io.latentry.cli.show;

import io.latentry.bench.calibration.CalibrationBenchmark;
import io.latentry.bench.calibration.CalibrationRequest;
import io.latentry.bench.calibration.KeptPromises;
import io.latentry.bench.image.ImageBenchmark;
import io.latentry.bench.image.ImageRequest;
import io.latentry.bench.image.ImageStandings;
import io.latentry.bench.quality.ColumnReading;
import io.latentry.bench.quality.QualityBenchmark;
import io.latentry.bench.quality.QualityListener;
import io.latentry.bench.quality.QualityRequest;
import io.latentry.bench.quality.Standings;
import io.latentry.bench.retraining.RetrainingBenchmark;
import io.latentry.bench.retraining.RetrainingFigures;
import io.latentry.bench.retraining.WarmStartBenchmark;
import io.latentry.bench.retraining.WarmStartFigures;
import io.latentry.bench.series.Rivals;
import io.latentry.bench.series.SeriesBenchmark;
import io.latentry.bench.series.SeriesProtocol;
import io.latentry.bench.series.SeriesRequest;
import io.latentry.bench.series.SeriesStandings;
import io.latentry.bench.watch.WatchBenchmark;
import io.latentry.bench.watch.WatchFigures;
import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.DataOptions;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.ProgressBar;
import io.latentry.cli.terminal.Shown;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.Trains;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.core.fault.FaultWords;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.training.config.Profile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Measures on labelled sets: detection quality, of tables and of series, and whether promises on
 * false alarms hold. The other benchmarks are for developers.
 */
@Command(
    name = "bench",
    description = {
      "Measures on labelled sets: quality (detection, against plain methods and rivals), series"
          + " and",
      "images (the same on those), calibration (whether promised false-alarm rates hold on normal"
          + " rows that",
      "no fit saw), retraining (whether sabotaged rows are refused, and drift is learned),"
          + " warm-start (what a",
      "retraining costs and comes to beside a fit from scratch) or watch (whether planted drifts"
          + " are told,",
      "and quiet weeks page nobody)."
    },
    footer = {
      "",
      "DIR holds tables with columns label (1 = anomaly) and split0, split1, ... (train or test).",
      "A rivals.csv in it joins the comparison. The same command goes on where it was stopped.",
      "A set that cannot be used is listed on the page, and the exit code is 3.",
      "calibration uses the normal rows alone, fits on some and judges others, by seed.",
      "For images, DIR holds NAME.zip or NAME/ with train/good, test/good and test/DEFECT, or the"
          + " files",
      "of MNIST or Fashion-MNIST, of which each class is normal in its turn.",
      "For series, DIR holds FAMILY/NAME.csv or .csv.gz with columns timestamp, channels, label,"
          + " split.",
      "",
      "Examples:",
      "  latentry bench quality --data sets --out quality.html",
      "  latentry bench quality --data sets,more --seeds 0 --only wbc,cardio --config fast.yaml",
      "  latentry bench calibration --data sets,more --rows 120,0 --profile fast --out kept.md",
      "  latentry bench retraining --data sets --profile fast --out retrained.md",
      "  latentry bench watch --data sets --profile fast --days 30 --out watched.md",
      "  latentry bench series --data series --families nab,smd --most 5 --out series.md",
      "  latentry bench series --data series --protocol tsb-ad",
      "  latentry bench images --data images --only tiles,boards --out images.md"
    })
public final class BenchCommand implements Callable<Integer>, Trains {
  private final Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "quality, series, images, calibration, retraining, warm-start or watch")
  private String name = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      split = ",",
      description =
          "Folder of labelled sets; several, separated by commas, for quality (each a family),"
              + " calibration, retraining and watch. Default: data.")
  private List<Path> data = List.of(Path.of("data"));

  @Option(
      names = "--seeds",
      paramLabel = "N",
      split = ",",
      description =
          "Splits to run, separated by commas. Default: all that a set has; 0 to 9 for"
              + " calibration, 0 to 2 for series, 0 for images.")
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
      names = "--profile",
      paramLabel = "NAME",
      description = "What the detector may cost: fast, balanced (default) or accurate.")
  private Optional<Profile> profile = Optional.empty();

  @Option(
      names = "--rows",
      paramLabel = "N",
      split = ",",
      description =
          "For calibration: normal rows to fit on, separated by commas; 0 for half of a set's."
              + " Default: 0.")
  private List<Integer> rows = List.of();

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "For watch: days of quiet weeks. Default: 30.")
  private int days = 30;

  @Option(
      names = "--rows-an-hour",
      paramLabel = "N",
      description = "For watch: rows that come in an hour. Default: 50.")
  private int rowsAnHour = 50;

  @Option(
      names = "--families",
      paramLabel = "NAME",
      split = ",",
      description = "For series: run these families only, separated by commas.")
  private List<String> families = List.of();

  @Option(
      names = "--most",
      paramLabel = "N",
      description =
          "For series: at most so many of a family; for images: at most so many to learn from of a"
              + " set of classes. Default: 0, for all.")
  private int most = 0;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      description =
          "For series: A (default; learn from the training part, score the rest) or tsb-ad (score"
              + " the whole series, for comparison with tables of TSB-AD).")
  private String protocol = SeriesProtocol.A.word();

  @Option(
      names = "--types",
      paramLabel = "HOW",
      description = "inferred (as fit does; default) or numeric (every column a number).")
  private ColumnReading types = ColumnReading.INFERRED;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description =
          "The page to write: .html or .md for quality, .md for the others."
              + " Default: quality.html, for those none.")
  private Optional<Path> page = Optional.empty();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public BenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    FitConfig read =
        configFile.isPresent()
            ? DataOptions.read(configFile.get(), Optional.empty())
            : FitConfig.DEFAULT;
    FitConfig config = profile.map(p -> read.withModel(p.over(read.model()))).orElse(read);
    return switch (name) {
      case "quality" -> quality(config);
      case "calibration" -> calibration(config);
      case "retraining" -> retraining(config);
      case "warm-start" -> warmStart(config);
      case "watch" -> watch(config);
      case "series" -> series();
      case "images" -> images(config);
      default ->
          throw new WrongUsage(
              "NAME: '"
                  + name
                  + "' (expected: quality, series, images, calibration, retraining, warm-start or"
                  + " watch; for benchmarks of speed see scripts/bench)");
    };
  }

  private int calibration(FitConfig config) throws IOException {
    CalibrationRequest request =
        WrongUsage.from(() -> new CalibrationRequest(data, Set.copyOf(only), rows, seeds, config));
    CommandOutput output = new CommandOutput(terminal, options);
    KeptPromises kept;
    try (ProgressBar bar = output.progress("calibration", "")) {
      CalibrationBenchmark benchmark = new CalibrationBenchmark(shownBy(bar, output));
      kept = benchmark.run(WrongUsage.from(request::requireSets));
    }
    if (page.isPresent()) {
      Files.writeString(page.get(), kept.text());
    }
    output.result(kept.text(), kept);
    return kept.failed().isEmpty() ? ExitCode.OK.number() : ExitCode.UNUSABLE_DATA.number();
  }

  private int retraining(FitConfig config) {
    return bySets(
        listener ->
            new RetrainingBenchmark(listener)
                .run(data, Set.copyOf(only), seeded(config), soFar -> write(soFar.text())),
        RetrainingFigures::text,
        RetrainingFigures::failed);
  }

  private int warmStart(FitConfig config) {
    return bySets(
        listener ->
            new WarmStartBenchmark(listener)
                .run(data, Set.copyOf(only), seeded(config), soFar -> write(soFar.text())),
        WarmStartFigures::text,
        WarmStartFigures::failed);
  }

  private FitConfig seeded(FitConfig config) {
    return seeds.isEmpty() ? config : config.withSeed(seeds.get(0));
  }

  /** A benchmark that writes its page after each set. */
  private <F> int bySets(
      Function<QualityListener, F> benchmark,
      Function<F, String> text,
      Function<F, Map<String, String>> failed) {
    CommandOutput output = new CommandOutput(terminal, options);
    F figures;
    try (ProgressBar bar = output.progress(name, "")) {
      figures = WrongUsage.from(() -> benchmark.apply(shownBy(bar, output)));
    }
    output.result(text.apply(figures), figures);
    return failed.apply(figures).isEmpty() ? ExitCode.OK.number() : ExitCode.UNUSABLE_DATA.number();
  }

  private void write(String text) {
    if (page.isPresent()) {
      try {
        Files.writeString(page.get(), text);
      } catch (IOException e) {
        throw new UncheckedIOException(page.get() + ": not written: " + FaultWords.of(e), e);
      }
    }
  }

  private int watch(FitConfig config) throws IOException {
    if (seeds.size() > 1) {
      throw new WrongUsage("--seeds: " + seeds.size() + " (expected: one, for watch)");
    }
    CommandOutput output = new CommandOutput(terminal, options);
    WatchFigures figures;
    FitConfig seeded = seeds.isEmpty() ? config : config.withSeed(seeds.get(0));
    try (ProgressBar bar = output.progress("watch", "")) {
      figures =
          WrongUsage.from(
              () ->
                  new WatchBenchmark(days, rowsAnHour, shownBy(bar, output))
                      .run(data, Set.copyOf(only), seeded));
    }
    if (page.isPresent()) {
      Files.writeString(page.get(), figures.text());
    }
    output.result(figures.text(), figures);
    return figures.failed().isEmpty() ? ExitCode.OK.number() : ExitCode.UNUSABLE_DATA.number();
  }

  private int series() throws IOException {
    if (data.size() != 1) {
      throw new WrongUsage("data: " + data.size() + " folders (expected: one, for series)");
    }
    SeriesRequest request =
        WrongUsage.from(
            () ->
                new SeriesRequest(data.get(0), Set.copyOf(families), most, seeds, protocol(), page)
                    .requireSeries());
    CommandOutput output = new CommandOutput(terminal, options);
    SeriesStandings standings;
    try (ProgressBar bar = output.progress("series", "")) {
      standings = new SeriesBenchmark(Rivals.andOurs(), shownBy(bar, output)).run(request);
    }
    output.result(SeriesBenchmark.text(standings), standings);
    return standings.failed().isEmpty() ? ExitCode.OK.number() : ExitCode.UNUSABLE_DATA.number();
  }

  private int images(FitConfig config) throws IOException {
    if (data.size() != 1) {
      throw new WrongUsage("data: " + data.size() + " folders (expected: one, for images)");
    }
    ImageRequest request =
        WrongUsage.from(
            () ->
                new ImageRequest(data.get(0), Set.copyOf(only), seeds, most, config, page)
                    .requireSets());
    CommandOutput output = new CommandOutput(terminal, options);
    ImageStandings standings;
    try (ProgressBar bar = output.progress("images", "")) {
      standings = new ImageBenchmark(shownBy(bar, output)).run(request);
    }
    output.result(standings.text(), standings);
    return standings.failed().isEmpty() ? ExitCode.OK.number() : ExitCode.UNUSABLE_DATA.number();
  }

  private SeriesProtocol protocol() {
    return SeriesProtocol.of(protocol)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "protocol: '" + protocol + "' (expected: " + SeriesProtocol.words() + ")"));
  }

  private int quality(FitConfig config) throws IOException {
    Path out = page.orElse(Path.of("quality.html"));
    QualityRequest request =
        WrongUsage.from(
            () ->
                new QualityRequest(data, seeds, Set.copyOf(only), config, types, out)
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
            + out
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
        output.notice(done + "/" + total + " " + Shown.line(summary));
        long millis = (terminal.nanoClock().getAsLong() - start) / 1_000_000;
        bar.update(millis, millis + (long) (1_000 * secondsLeft));
      }

      @Override
      public void failed(String set, String reason) {
        bar.erase();
        output.notice(Shown.line(set + ": failed: " + reason));
      }
    };
  }
}
