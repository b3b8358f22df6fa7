package io.latentry.cli;

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
        new RepairCommand(terminal),
        new ClusterCommand(terminal),
        new MapCommand(terminal),
        new ReportCommand(terminal),
        new InspectCommand(terminal),
        new ThresholdCommand(terminal),
        new ServeCommand(terminal, System.getenv()),
        new KeysCommand(terminal),
        new ExportCommand(terminal),
        new BenchCommand(terminal),
        new DoctorCommand(terminal, EngineChecks.all()));
  }
}
