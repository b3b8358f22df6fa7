package io.latentry.cli;

import io.latentry.cli.fit.CompareCommand;
import io.latentry.cli.fit.FitCommand;
import io.latentry.cli.fit.MonitorTrainingCommand;
import io.latentry.cli.fit.PlanCommand;
import io.latentry.cli.fit.RetrainCommand;
import io.latentry.cli.fit.SweepCommand;
import io.latentry.cli.score.DriftCommand;
import io.latentry.cli.score.EvaluateCommand;
import io.latentry.cli.score.ExplainCommand;
import io.latentry.cli.score.InspectCommand;
import io.latentry.cli.score.ReportCommand;
import io.latentry.cli.score.ScoreCommand;
import io.latentry.cli.score.ThresholdCommand;
import io.latentry.cli.serve.ExportCommand;
import io.latentry.cli.serve.FeedbackCommand;
import io.latentry.cli.serve.IncidentsCommand;
import io.latentry.cli.serve.KeysCommand;
import io.latentry.cli.serve.LedgerCommand;
import io.latentry.cli.serve.MaintenanceCommand;
import io.latentry.cli.serve.NotifyCommand;
import io.latentry.cli.serve.RetrainingCommand;
import io.latentry.cli.serve.ServeCommand;
import io.latentry.cli.serve.SignCommand;
import io.latentry.cli.serve.StreamCommand;
import io.latentry.cli.show.BenchCommand;
import io.latentry.cli.show.DemoCommand;
import io.latentry.cli.show.DoctorCommand;
import io.latentry.cli.show.EngineChecks;
import io.latentry.cli.story.StoryCommand;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.tool.CleanCommand;
import io.latentry.cli.tool.ClusterCommand;
import io.latentry.cli.tool.MapCommand;
import io.latentry.cli.tool.RepairCommand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Every command, in the order in which {@code --help} lists them. A new command is one line here.
 * One is made when it is asked for: to look through the options of all takes longer than many a
 * command.
 */
final class Commands {
  private Commands() {}

  static Map<String, Supplier<Object>> all(Terminal terminal) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("demo", () -> new DemoCommand(terminal));
    commands.put("story", () -> new StoryCommand(terminal));
    commands.put("plan", () -> new PlanCommand(terminal));
    commands.put("compare", () -> new CompareCommand(terminal));
    commands.put("clean", () -> new CleanCommand(terminal));
    commands.put("sweep", () -> new SweepCommand(terminal));
    commands.put("monitor-training", () -> new MonitorTrainingCommand(terminal));
    commands.put("fit", () -> new FitCommand(terminal));
    commands.put("score", () -> new ScoreCommand(terminal));
    commands.put("explain", () -> new ExplainCommand(terminal));
    commands.put("evaluate", () -> new EvaluateCommand(terminal));
    commands.put("drift", () -> new DriftCommand(terminal));
    commands.put("retrain", () -> new RetrainCommand(terminal));
    commands.put("repair", () -> new RepairCommand(terminal));
    commands.put("cluster", () -> new ClusterCommand(terminal));
    commands.put("map", () -> new MapCommand(terminal));
    commands.put("report", () -> new ReportCommand(terminal));
    commands.put("inspect", () -> new InspectCommand(terminal));
    commands.put("threshold", () -> new ThresholdCommand(terminal));
    commands.put("serve", () -> new ServeCommand(terminal, System.getenv()));
    commands.put("stream", () -> new StreamCommand(terminal, System.getenv()));
    commands.put("retraining", () -> new RetrainingCommand(terminal, System.getenv()));
    commands.put("ledger", () -> new LedgerCommand(terminal, System.getenv()));
    commands.put("incidents", () -> new IncidentsCommand(terminal, System.getenv()));
    commands.put("feedback", () -> new FeedbackCommand(terminal, System.getenv()));
    commands.put("maintenance", () -> new MaintenanceCommand(terminal, System.getenv()));
    commands.put("notify", () -> new NotifyCommand(terminal, System.getenv()));
    commands.put("keys", () -> new KeysCommand(terminal));
    commands.put("sign", () -> new SignCommand(terminal));
    commands.put("export", () -> new ExportCommand(terminal));
    commands.put("bench", () -> new BenchCommand(terminal));
    commands.put("doctor", () -> new DoctorCommand(terminal, EngineChecks.all()));
    commands.put("completion", () -> new CompletionCommand(terminal));
    return commands;
  }
}
