package io.latentry.cli.fit;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.DataArguments;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.Wording;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.config.FitConfig;
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
      "Takes the options of fit, so that it plans the very fit that you mean.",
      "",
      "Examples:",
      "  latentry plan data.csv",
      "  latentry plan data.csv --label status --normal ok --exclude id"
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
    FitConfig config = fit.config();
    Plan plan = plan(terminal, in, config, options);
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(PlanText.text(plan), plan);
    output.next(next());
    return ExitCode.OK.number();
  }

  /** What a fit of {@code config} would be. */
  static Plan plan(Terminal terminal, DataArguments in, FitConfig config, GlobalOptions options)
      throws IOException {
    try (StageProgress progress = new StageProgress(terminal, options)) {
      return new Planner(progress)
          .plan(
              in.data(),
              StandardInput.spooled(terminal.in(), Path.of(System.getProperty("java.io.tmpdir"))),
              config);
    }
  }

  private String next() {
    StringBuilder command = new StringBuilder("fit");
    in.data().forEach(d -> command.append(' ').append(Wording.again(d)));
    return command.append(" -o model.onnx").append(fit.asGiven()).toString();
  }
}
