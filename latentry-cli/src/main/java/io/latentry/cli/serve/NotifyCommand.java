package io.latentry.cli.serve;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.client.Delivered;
import io.latentry.client.LatentryClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has a running service send its receivers of alerts a message. */
@Command(
    name = "notify",
    description = "Has a running service send every receiver of its alerts a test message.",
    footer = {
      "",
      "Exit code 1 if one of them did not take it.",
      "",
      "Example:",
      "  latentry notify --service http://localhost:8080 --test"
    })
public final class NotifyCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Map<String, String> environment;

  @Mixin private final ServiceOptions service = new ServiceOptions();

  @Option(names = "--test", required = true, description = "Send a message that says so.")
  private boolean test;

  @Mixin private final GlobalOptions options = new GlobalOptions();

  /**
   * @param environment of the process
   */
  public NotifyCommand(Terminal terminal, Map<String, String> environment) {
    this.terminal = terminal;
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    if (!test) {
      throw new WrongUsage("--test: false (expected: --test)");
    }
    List<Delivered> delivered = service.ask(environment, LatentryClient::testNotifications);
    TextTable table = new TextTable(80).row("receiver", "type", "test", "why");
    delivered.forEach(
        one ->
            table.row(one.destination(), one.type(), one.sent() ? "sent" : "failed", one.reason()));
    new CommandOutput(terminal, options)
        .result(
            delivered.isEmpty()
                ? "No receivers; name a file of them with --set watch.destinations=FILE."
                : table.text(""),
            Map.of(
                "destinations",
                delivered.stream()
                    .map(
                        one ->
                            Map.of(
                                "destination", one.destination(),
                                "type", one.type(),
                                "sent", one.sent(),
                                "reason", one.reason()))
                    .toList()));
    return delivered.stream().allMatch(Delivered::sent)
        ? ExitCode.OK.number()
        : ExitCode.FAILED.number();
  }
}
