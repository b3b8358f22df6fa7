package io.latentry.cli.serve;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.client.FeedbackSummary;
import io.latentry.client.Incident;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what an incident was, or asks what was said and what it speaks for. */
@Command(
    name = "feedback",
    description = "Tells a running service what an incident was, or asks what that speaks for.",
    footer = {
      "",
      "Without INCIDENT: how many were called what in the last 14 days, and a threshold that would",
      "have removed false alarms without losing a confirmed incident, tried on what was recorded.",
      "",
      "Examples:",
      "  latentry feedback --service http://localhost:8080 4f1c false-alarm --note \"sensor test\"",
      "  latentry feedback --service http://localhost:8080"
    })
public final class FeedbackCommand implements Callable<Integer> {
  private static final Set<String> WORDS = Set.of("false-alarm", "confirmed", "known-event");

  private final Terminal terminal;
  private final Map<String, String> environment;

  @Mixin private final ModelOptions service = new ModelOptions();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "INCIDENT",
      description = "As incidents lists it.")
  private Optional<String> incident = Optional.empty();

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "WORD",
      description = "false-alarm, confirmed, known-event, or acknowledge: you look after it.")
  private Optional<String> word = Optional.empty();

  @Option(names = "--note", paramLabel = "TEXT", description = "In your own words.")
  private String note = "";

  @Mixin private final GlobalOptions options = new GlobalOptions();

  /**
   * @param environment of the process
   */
  public FeedbackCommand(Terminal terminal, Map<String, String> environment) {
    this.terminal = terminal;
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    CommandOutput output = new CommandOutput(terminal, options);
    if (incident.isEmpty()) {
      summary(output);
      return ExitCode.OK.number();
    }
    String said = word.orElse("");
    if (!WORDS.contains(said) && !said.equals("acknowledge")) {
      throw new WrongUsage(
          "WORD: '" + said + "' (expected: false-alarm, confirmed, known-event or acknowledge)");
    }
    Incident changed =
        service.ask(
            environment,
            client ->
                said.equals("acknowledge")
                    ? client.acknowledge(service.model(client), incident.get())
                    : client.feedback(
                        service.model(client), incident.get(), said.replace('-', '_'), note));
    output.result(
        "%s, %d alarms: %s".formatted(changed.signature(), changed.alarms(), said),
        IncidentsCommand.document(changed));
    output.next("feedback --service " + service.service());
    return ExitCode.OK.number();
  }

  private void summary(CommandOutput output) throws IOException {
    FeedbackSummary summary =
        service.ask(environment, client -> client.feedback(service.model(client)));
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("model", summary.model());
    document.put("version", summary.version());
    document.put("false_alarm", summary.falseAlarm());
    document.put("confirmed", summary.confirmed());
    document.put("known_event", summary.knownEvent());
    document.put("words", summary.words());
    FeedbackSummary.Proposal proposal = summary.proposal();
    document.put("threshold", proposal == null ? null : proposal.threshold());
    output.result(
        "%d false alarms, %d confirmed, %d known events. %s"
            .formatted(
                summary.falseAlarm(), summary.confirmed(), summary.knownEvent(), summary.words()),
        document);
  }
}
