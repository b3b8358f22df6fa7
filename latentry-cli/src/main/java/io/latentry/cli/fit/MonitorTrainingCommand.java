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
import io.latentry.core.evaluation.Interval;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.learning.LearningCurve;
import io.latentry.pipeline.learning.MonitorPage;
import io.latentry.pipeline.learning.MonitorPipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says whether a training learns noise, and whether more rows would help. */
@Command(
    name = "monitor-training",
    description = "Fits on 25, 50, 75 and 100 %% of the rows: would more help, is noise learned?",
    footer = {
      "",
      "More rows would help if the last doubling of them surely won something on held-out rows.",
      "Noise is learned where the training loss falls suddenly and validation does not follow.",
      "",
      "Examples:",
      "  latentry monitor-training normal.csv -o training.html",
      "  latentry monitor-training all.csv -o training.html --label status --normal ok"
    })
public final class MonitorTrainingCommand implements Callable<Integer>, Trains {
  private final Terminal terminal;

  @Mixin private final DataArguments in = new DataArguments();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT.html",
      description = "The page to write.")
  private Path target = Path.of("");

  @Mixin private final DataOptions rows = new DataOptions();

  @Mixin private final DeviceOption device = new DeviceOption();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public MonitorTrainingCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** One JSON document; keys become snake_case. */
  record Document(
      String output,
      boolean moreRowsHelp,
      Interval gainOfLastDoubling,
      int heldOutRows,
      List<PointDocument> points) {}

  /**
   * @param heldOut negative ELBO, nats a row; likewise {@code fittedOn}
   */
  record PointDocument(
      double share, int rows, double heldOut, double fittedOn, @Nullable String finding) {}

  @Override
  public Integer call() throws IOException {
    if (!target.toString().toLowerCase(Locale.ROOT).endsWith(".html")) {
      throw new WrongUsage("-o: '" + target + "' (expected: a name that ends in .html)");
    }
    device.choose();
    LearningCurve curve;
    try (StageProgress progress = new StageProgress(terminal, options)) {
      curve =
          new MonitorPipeline(progress)
              .learn(
                  in.data(),
                  StandardInput.spooled(
                      terminal.in(), Path.of(System.getProperty("java.io.tmpdir"))),
                  rows.config());
    }
    MonitorPage.write(curve, TableFile.shortName(in.data().get(0)), target);
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(text(curve), document(curve));
    output.next(
        "sweep "
            + Wording.quoted(in.data().get(0))
            + " -o sweep.html"
            + rows.asGiven()
            + "  # tries model sizes");
    return ExitCode.OK.number();
  }

  private Document document(LearningCurve curve) {
    return new Document(
        target.toString(),
        curve.moreRowsHelp(),
        curve.gain(),
        curve.heldOutRows(),
        curve.points().stream()
            .map(
                p ->
                    new PointDocument(
                        p.share(), p.rows(), p.heldOut(), p.training(), p.finding().orElse(null)))
            .toList());
  }

  private String text(LearningCurve curve) {
    TextTable table = new TextTable(100).row("share", "rows", "held-out", "fitted on", "finding");
    for (LearningCurve.Point point : curve.points()) {
      table.row(
          Wording.percent(point.share()),
          Wording.count(point.rows()),
          Wording.figure(point.heldOut()),
          Wording.figure(point.training()),
          point.finding().orElse(""));
    }
    String line = System.lineSeparator();
    return table.text("") + line + line + curve.verdict() + line + "written  " + target;
  }
}
