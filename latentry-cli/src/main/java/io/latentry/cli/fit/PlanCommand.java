package io.latentry.cli.fit;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.DataArguments;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.core.data.LeftOutColumn;
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
  private static final int MOST_COLUMNS = 60;
  private static final int WIDEST_CELL = 50;

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
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(text(plan), plan);
    output.next(next());
    return ExitCode.OK.number();
  }

  private String next() {
    StringBuilder command = new StringBuilder("fit");
    in.data().forEach(d -> command.append(' ').append(Wording.again(d)));
    return command.append(" -o model.onnx").append(fit.asGiven()).toString();
  }

  private static String text(Plan plan) {
    StringBuilder text = new StringBuilder();
    String line = System.lineSeparator();
    text.append(plan.source())
        .append(": ")
        .append(Wording.rows(plan.rows()))
        .append(", ")
        .append(Wording.count(plan.columns().size(), "input", "inputs"))
        .append(line)
        .append(line)
        .append(columns(plan))
        .append(line);
    if (!plan.problems().isEmpty()) {
      text.append(line).append("to look at:").append(line);
      plan.problems().stream()
          .limit(MOST_COLUMNS)
          .forEach(problem -> text.append("  ").append(problem).append(line));
    }
    text.append(line)
        .append("false-alarm rates that ")
        .append(Wording.count(plan.normalRows(), "normal row", "normal rows"))
        .append(" can promise:");
    TextTable rates = new TextTable(Integer.MAX_VALUE);
    for (Plan.RowsForRate rate : plan.rowsNeeded()) {
      rates.row(
          Wording.percent(rate.falseAlarmRate()),
          rate.enough() ? "yes" : "no",
          "takes " + Wording.count(rate.normalRows()) + " normal rows");
    }
    rates.row(Wording.percent(plan.smallestFalseAlarmRate()), "the smallest");
    return text.append(line)
        .append(rates.text("  "))
        .append(line)
        .append(line)
        .append("a fit would take about ")
        .append(Wording.duration(plan.trainingSeconds()))
        .append(" and ")
        .append(Wording.size(plan.memoryBytes()))
        .append(" of memory")
        .append(plan.crossValidated() ? " (few rows: calibrated by cross-validation)" : "")
        .toString();
  }

  private static String columns(Plan plan) {
    TextTable table = new TextTable(WIDEST_CELL).row("column", "type", "missing", "values");
    plan.columns().stream()
        .limit(MOST_COLUMNS)
        .forEach(
            c ->
                table.row(
                    c.name(),
                    Wording.spaced(c.type().name()),
                    Wording.percent(c.missingShare()),
                    c.range()));
    if (plan.columns().size() > MOST_COLUMNS) {
      table.row("and " + (plan.columns().size() - MOST_COLUMNS) + " more; --json has them all");
    }
    for (LeftOutColumn column : plan.leftOut().stream().limit(MOST_COLUMNS).toList()) {
      table.row(column.name(), "left out", "", column.reason());
    }
    return table.text("  ");
  }
}
