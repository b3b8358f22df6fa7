package io.latentry.cli.fit;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.DataArguments;
import io.latentry.cli.terminal.DeviceOption;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.Trains;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.table.SampledTable;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TableData;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Learns what is normal and writes it as one file. */
@Command(
    name = "fit",
    description = "Learns what normal rows look like and writes one model file.",
    footer = {
      "",
      "Ctrl-C keeps a checkpoint; the same command goes on from it.",
      "",
      "Examples:",
      "  latentry fit normal.csv -o model.onnx",
      "  latentry fit all.csv -o model.onnx --label status --normal ok --report report.html",
      "  latentry fit 'logs/*.csv.gz' -o model.onnx --alarms 5/day --rows-per-day 20000",
      "  latentry fit parts/good -o model.onnx",
      "  cat normal.csv | latentry fit - -o model.onnx --exclude id,comment"
    })
public final class FitCommand implements Callable<Integer>, Trains {
  private final Terminal terminal;

  @Mixin private final DataArguments in = new DataArguments();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "MODEL.onnx",
      description = "The model file to write.")
  private Path target = Path.of("model.onnx");

  @Mixin private final FitOptions fit = new FitOptions();

  @Option(
      names = "--warm-start",
      paramLabel = "MODEL",
      description = "Begin from the weights of this model, made for the same columns.")
  private Optional<Path> warmStart = Optional.empty();

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "Also write a report with plots; opens in any browser, offline.")
  private Optional<Path> report = Optional.empty();

  @Option(
      names = "--sampled-from",
      paramLabel = "TABLE.json",
      description =
          "DATA is a sample that latentry-spark took of a larger table: what all of its rows show,"
              + " which decides what each column is.")
  private Optional<Path> sampledFrom = Optional.empty();

  @Option(names = "--fresh", description = "Ignore the checkpoint of an interrupted fit.")
  private boolean fresh;

  @Option(
      names = "--dry-run",
      description = "Say what this fit would do, as plan does, and write nothing.")
  private boolean dryRun;

  @Mixin private final DeviceOption device = new DeviceOption();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public FitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (!target.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")) {
      throw new WrongUsage("-o: '" + target + "' (expected: a file name that ends in .onnx)");
    }
    report.ifPresent(FitCommand::requireHtml);
    FitConfig config = fit.config();
    if (dryRun && sampledFrom.isPresent()) {
      throw new WrongUsage("--dry-run: with --sampled-from (expected: one of them)");
    }
    if (dryRun) {
      PlanCommand.tell(terminal, in, config, options);
      return ExitCode.OK.number();
    }
    FitRequest request =
        new FitRequest(
            in.data(),
            StandardInput.spooled(terminal.in(), Path.of(System.getProperty("java.io.tmpdir"))),
            config,
            target,
            warmStart,
            report);
    device.choose();
    if (fresh) {
      deleteCheckpoints(request.checkpoints());
    }
    long start = terminal.nanoClock().getAsLong();
    FitOutcome outcome;
    try (StageProgress progress = new StageProgress(terminal, options)) {
      if (hasCheckpoint(request.checkpoints())) {
        progress.notice(
            "going on from the checkpoint in " + request.checkpoints() + "; --fresh begins anew");
      }
      outcome =
          sampledFrom.isPresent()
              ? fitSample(new FitPipeline(progress), request, SampledTable.read(sampledFrom.get()))
              : new FitPipeline(progress).fit(request);
    }
    double seconds = (terminal.nanoClock().getAsLong() - start) / 1e9;
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(FitSummary.text(outcome, seconds), FitSummary.document(outcome, seconds));
    output.next(
        outcome.manifest().image() == null
            ? "score " + Wording.quoted(target) + " NEW.csv -o scored.csv --explain 3"
            : "score " + Wording.quoted(target) + " FOLDER -o scored.csv --heatmaps heat");
    return ExitCode.OK.number();
  }

  private static FitOutcome fitSample(
      FitPipeline pipeline, FitRequest request, SampledTable whole) {
    return pipeline.fit(
        request,
        relay ->
            TableData.ofSample(
                request.data(), request.input(), whole, request.config().data(), relay));
  }

  /** A slip such as {@code --report data.csv} would cost the data. */
  private static void requireHtml(Path report) {
    if (!report.toString().toLowerCase(Locale.ROOT).matches(".*\\.html?")) {
      throw new WrongUsage("--report: '" + report + "' (expected: a file name that ends in .html)");
    }
  }

  private static boolean hasCheckpoint(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isPresent();
    }
  }

  private static void deleteCheckpoints(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }
}
