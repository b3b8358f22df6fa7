package io.latentry.cli.show;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Looks at the machine and loads the engines for real. */
@Command(name = "doctor", description = "Checks Java, memory, disk, the engines and the GPU.")
public final class DoctorCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final List<DoctorCheck> checks;
  @Mixin private final GlobalOptions options = new GlobalOptions();

  public DoctorCommand(Terminal terminal, List<DoctorCheck> engineChecks) {
    this.terminal = terminal;
    this.checks = new ArrayList<>(MachineChecks.all());
    this.checks.addAll(engineChecks);
  }

  @Override
  public Integer call() {
    List<Finding> findings = checks.stream().map(DoctorCommand::look).toList();
    boolean healthy = findings.stream().noneMatch(f -> f.status() == Finding.Status.FAILED);
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(text(findings, healthy), document(findings, healthy));
    if (healthy) {
      output.next("demo");
    }
    return (healthy ? ExitCode.OK : ExitCode.FAILED).number();
  }

  private static Finding look(DoctorCheck check) {
    try {
      return check.look();
    } catch (Exception | LinkageError e) {
      return Finding.failed(
          "engine",
          e.toString(),
          "check that native libraries exist for this platform (Linux, macOS or Windows, 64 bit)");
    }
  }

  private static String text(List<Finding> findings, boolean healthy) {
    StringBuilder text = new StringBuilder();
    for (Finding finding : findings) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-16s %-8s %s%n",
              finding.name(),
              finding.status().word(),
              finding.detail()));
      if (!finding.advice().isEmpty()) {
        text.append(" ".repeat(26)).append(finding.advice()).append(System.lineSeparator());
      }
    }
    return text.append(healthy ? "all is well" : "something is wrong, see above").toString();
  }

  private static Map<String, Object> document(List<Finding> findings, boolean healthy) {
    return Map.of(
        "healthy",
        healthy,
        "checks",
        findings.stream()
            .map(
                f ->
                    Map.of(
                        "name", f.name(),
                        "status", f.status().word(),
                        "detail", f.detail(),
                        "advice", f.advice()))
            .toList());
  }
}
