package io.latentry.cli.serve;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.client.Incident;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the incidents that a running service knows. */
@Command(
    name = "incidents",
    description = "Lists the incidents of a running service: alarms with a cause in common.",
    footer = {
      "",
      "Examples:",
      "  latentry incidents --service http://localhost:8080",
      "  latentry incidents --service http://localhost:8080 --model pump --json"
    })
public final class IncidentsCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Map<String, String> environment;

  @Mixin private final ModelOptions service = new ModelOptions();
  @Mixin private final GlobalOptions options = new GlobalOptions();

  /**
   * @param environment of the process
   */
  public IncidentsCommand(Terminal terminal, Map<String, String> environment) {
    this.terminal = terminal;
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    List<Incident> incidents =
        service.ask(environment, client -> client.incidents(service.model(client)));
    TextTable table =
        new TextTable(60).row("incident", "what", "state", "alarms", "peak", "last seen", "said");
    incidents.forEach(
        incident ->
            table.row(
                incident.id(),
                what(incident),
                incident.state(),
                Long.toString(incident.alarms()),
                Double.toString(Math.round(incident.peak() * 1e3) / 1e3),
                incident.lastSeen(),
                said(incident)));
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(
        incidents.isEmpty() ? "No incidents." : table.text(""),
        Map.of("incidents", incidents.stream().map(IncidentsCommand::document).toList()));
    if (!incidents.isEmpty()) {
      output.next(
          "feedback --service " + service.service() + " " + incidents.get(0).id() + " false-alarm");
    }
    return ExitCode.OK.number();
  }

  /** The signature, and of what segment. */
  static String what(Incident incident) {
    String segment = incident.segment();
    return incident.signature() + (segment == null ? "" : ", " + segment);
  }

  private static String said(Incident incident) {
    String feedback = incident.feedback();
    String by = incident.acknowledgedBy();
    return feedback != null
        ? feedback.replace('_', ' ')
        : by != null ? "acknowledged by " + by : "";
  }

  static Map<String, Object> document(Incident incident) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("id", incident.id());
    document.put("version", incident.version());
    document.put("signature", incident.signature());
    document.put("segment", incident.segment());
    document.put("state", incident.state());
    document.put("first_seen", incident.firstSeen());
    document.put("last_seen", incident.lastSeen());
    document.put("alarms", incident.alarms());
    document.put("peak", incident.peak());
    document.put("reopened", incident.reopened());
    document.put("acknowledged_by", incident.acknowledgedBy());
    document.put("feedback", incident.feedback());
    document.put("note", incident.note());
    return document;
  }
}
