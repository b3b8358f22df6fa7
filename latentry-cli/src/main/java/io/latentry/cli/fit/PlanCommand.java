package io.latentry.cli.fit;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.DataArguments;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.Wording;
import io.latentry.ingest.image.ImageSource;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.plan.ImagePlan;
import io.latentry.pipeline.plan.ImagePlanner;
import io.latentry.pipeline.plan.Plan;
import io.latentry.pipeline.plan.Planner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Looks at a table and says what a fit would make of it. */
@Command(
    name = "plan",
    description = "Looks at a table: types, problems, false-alarm rates, time; trains nothing.",
    footer = {
      "",
      "Takes the options of fit, so that it plans the very fit that you mean. Of images it tells",
      "sizes, forms, pictures that are the same in what is learned from and what is not, and odd"
          + " ones.",
      "",
      "Examples:",
      "  latentry plan data.csv",
      "  latentry plan data.csv --label status --normal ok --exclude id",
      "  latentry plan parts"
    })
public final class PlanCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final DataArguments in = new DataArguments();

  @Mixin private final FitOptions fit = new FitOptions();
  @Mixin private final GlobalOptions options = new GlobalOptions();

  public PlanCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    tell(terminal, in, fit.config(), options);
    new CommandOutput(terminal, options).next(next());
    return ExitCode.OK.number();
  }

  /** Tells what a fit of {@code config} would be. */
  static void tell(Terminal terminal, DataArguments in, FitConfig config, GlobalOptions options)
      throws IOException {
    CommandOutput output = new CommandOutput(terminal, options);
    if (ImageSource.isOne(in.data())) {
      ImagePlan plan;
      try (StageProgress progress = new StageProgress(terminal, options)) {
        plan = new ImagePlanner(progress).plan(in.data(), config);
      }
      output.result(PlanText.text(plan), plan);
      return;
    }
    Plan plan;
    try (StageProgress progress = new StageProgress(terminal, options)) {
      plan =
          new Planner(progress)
              .plan(
                  in.data(),
                  StandardInput.spooled(
                      terminal.in(), Path.of(System.getProperty("java.io.tmpdir"))),
                  config);
    }
    output.result(PlanText.text(plan), plan);
  }

  private String next() {
    StringBuilder command = new StringBuilder("fit");
    in.data().forEach(d -> command.append(' ').append(Wording.again(d)));
    return command.append(" -o model.onnx").append(fit.asGiven()).toString();
  }
}
