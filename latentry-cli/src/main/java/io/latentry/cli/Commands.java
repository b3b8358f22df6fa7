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
import io.latentry.cli.serve.MaintenanceCommand;
import io.latentry.cli.serve.NotifyCommand;
import io.latentry.cli.serve.ServeCommand;
import io.latentry.cli.serve.SignCommand;
import io.latentry.cli.show.BenchCommand;
import io.latentry.cli.show.DemoCommand;
import io.latentry.cli.show.DoctorCommand;
import io.latentry.cli.show.EngineChecks;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.tool.CleanCommand;
import io.latentry.cli.tool.ClusterCommand;
import io.latentry.cli.tool.MapCommand;
import io.latentry.cli.tool.RepairCommand;
import java.util.List;

/**
 * Every command, in the order in which {@code --help} lists them. A new command is one line here.
 */
final class Commands {
  private Commands() {}

  static List<Object> all(Terminal terminal) {
    return List.of(
        new DemoCommand(terminal),
        new PlanCommand(terminal),
        new CompareCommand(terminal),
        new CleanCommand(terminal),
        new SweepCommand(terminal),
        new MonitorTrainingCommand(terminal),
        new FitCommand(terminal),
        new ScoreCommand(terminal),
        new ExplainCommand(terminal),
        new EvaluateCommand(terminal),
        new DriftCommand(terminal),
        new RetrainCommand(terminal),
        new RepairCommand(terminal),
        new ClusterCommand(terminal),
        new MapCommand(terminal),
        new ReportCommand(terminal),
        new InspectCommand(terminal),
        new ThresholdCommand(terminal),
        new ServeCommand(terminal, System.getenv()),
        new IncidentsCommand(terminal, System.getenv()),
        new FeedbackCommand(terminal, System.getenv()),
        new MaintenanceCommand(terminal, System.getenv()),
        new NotifyCommand(terminal, System.getenv()),
        new KeysCommand(terminal),
        new SignCommand(terminal),
        new ExportCommand(terminal),
        new BenchCommand(terminal),
        new DoctorCommand(terminal, EngineChecks.all()));
  }
}
