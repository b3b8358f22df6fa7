package io.latentry.cli.fit;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.DataArguments;
import io.latentry.cli.terminal.DataOptions;
import io.latentry.cli.terminal.DeviceOption;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.TableFile;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Trains;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.sweep.SweepGrid;
import io.latentry.pipeline.sweep.SweepOutcome;
import io.latentry.pipeline.sweep.SweepPage;
import io.latentry.pipeline.sweep.SweepPipeline;
import io.latentry.pipeline.sweep.SweepPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tries latent sizes, and beta and depth on request. */
@Command(
    name = "sweep",
    description = "Fits a model of every latent size and shows where more stops helping.",
    footer = {
      "",
      "Each fit is judged on the same held-out rows: reconstruction, ELBO, units in use, time.",
      "The elbow is found by kneedle on the held-out reconstruction.",
      "Ctrl-C keeps what is finished; the same command goes on from it.",
      "",
      "Examples:",
      "  latentry sweep normal.csv -o sweep.html",
      "  latentry sweep all.csv -o sweep.html --label status --normal ok --latent 2,4,8,16",
      "  latentry sweep normal.csv -o sweep.html --beta 0.1,1 --depth 1,2"
    })
public final class SweepCommand implements Callable<Integer>, Trains {
  private final Terminal terminal;

  @Mixin private final DataArguments in = new DataArguments();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT.html",
      description = "The page to write.")
  private Path target = Path.of("");

  @Option(
      names = "--latent",
      paramLabel = "N",
      split = ",",
      description = "Latent sizes. Default: 1, 2, 3, 4, 6, 8, 12, ... up to the input's width.")
  private List<Integer> latents = List.of();

  @Option(
      names = "--beta",
      paramLabel = "B",
      split = ",",
      description = "KL weights. Default: the config's.")
  private List<Double> betas = List.of();

  @Option(
      names = "--depth",
      paramLabel = "D",
      split = ",",
      description = "Numbers of hidden layers. Default: the config's.")
  private List<Integer> depths = List.of();

  @Mixin private final DataOptions rows = new DataOptions();

  @Mixin private final DeviceOption device = new DeviceOption();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public SweepCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** One JSON document; keys become snake_case. */
  record Document(
      String output,
      int width,
      int trainingRows,
      int heldOutRows,
      double[] usualRange,
      List<SweepPoint> points,
      Map<String, SweepPoint> elbows) {}

  @Override
  public Integer call() throws IOException {
    if (!target.toString().toLowerCase(Locale.ROOT).endsWith(".html")) {
      throw new WrongUsage("-o: '" + target + "' (expected: a name that ends in .html)");
    }
    SweepGrid grid = WrongUsage.from(() -> new SweepGrid(latents, betas, depths));
    SweepPipeline.Request request =
        new SweepPipeline.Request(
            in.data(),
            StandardInput.spooled(terminal.in(), Path.of(System.getProperty("java.io.tmpdir"))),
            rows.config(),
            grid,
            target.resolveSibling(target.getFileName() + ".sweep"));
    device.choose();
    SweepOutcome outcome;
    try (StageProgress progress = new StageProgress(terminal, options)) {
      outcome = new SweepPipeline(progress, terminal.nanoClock()).sweep(request);
    }
    SweepPage.write(outcome, TableFile.shortName(in.data().get(0)), target);
    SweepPipeline.forget(request);
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(
        text(outcome),
        new Document(
            target.toString(),
            outcome.width(),
            outcome.trainingRows(),
            outcome.heldOutRows(),
            outcome.usualRange(),
            outcome.points(),
            outcome.elbows()));
    output.next(
        "fit "
            + Wording.quoted(in.data().get(0))
            + " -o model.onnx --config FILE.yaml"
            + rows.asGiven()
            + "  # with model: {latent: N}");
    return ExitCode.OK.number();
  }

  private String text(SweepOutcome outcome) {
    Map<String, SweepPoint> elbows = outcome.elbows();
    TextTable table =
        new TextTable(40).row("latent", "reconstruction", "ELBO", "in use", "seconds", "", "");
    for (SweepPoint point : outcome.points()) {
      table.row(
          String.valueOf(point.latent()),
          Wording.figure(point.reconstruction()),
          Wording.figure(point.elbo()),
          Wording.figure(point.activeUnits()),
          Wording.figure(point.seconds()),
          outcome.curves().size() > 1 ? point.curve() : "",
          point.equals(elbows.get(point.curve())) ? "elbow" : "");
    }
    String line = System.lineSeparator();
    double[] range = outcome.usualRange();
    return table.text("")
        + line
        + line
        + (elbows.isEmpty() ? "no elbow in this grid; " : "")
        + "5 to 30 % of the input's "
        + outcome.width()
        + " entries are "
        + Wording.figure(range[0])
        + " to "
        + Wording.figure(range[1])
        + " units"
        + (outcome.resumed() > 0
            ? line + outcome.resumed() + " fits were there from an interrupted sweep"
            : "")
        + line
        + "written  "
        + target;
  }
}
