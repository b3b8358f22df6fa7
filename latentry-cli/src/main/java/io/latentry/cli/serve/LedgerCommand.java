package io.latentry.cli.serve;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.client.JudgedRow;
import io.latentry.client.LatentryClient;
import io.latentry.client.LedgerEntry;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which version of a model answered when, and which judged a row. */
@Command(
    name = "ledger",
    description =
        "Tells which version of a model answered when, why, by whom and on what evidence.",
    footer = {
      "",
      "Examples:",
      "  latentry ledger pump --service http://localhost:8080",
      "  latentry ledger pump --service http://localhost:8080 --at 2026-01-31T13:00:00Z",
      "  latentry ledger pump --service http://localhost:8080 --row customer=4711 --day 2026-01-31"
    })
public final class LedgerCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Map<String, String> environment;

  @Parameters(index = "0", paramLabel = "NAME", description = "The model.")
  private String model = "";

  @Mixin private final ServiceOptions service = new ServiceOptions();

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "What answered then, such as 2026-01-31T13:00:00Z, in UTC.")
  private Optional<String> at = Optional.empty();

  @Option(
      names = "--row",
      paramLabel = "COL=VALUE",
      description = "Which version judged the recorded rows with that value, with --day.")
  private Optional<String> row = Optional.empty();

  @Option(names = "--day", paramLabel = "DAY", description = "Such as 2026-01-31, in UTC.")
  private Optional<String> day = Optional.empty();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  /**
   * @param environment of the process
   */
  public LedgerCommand(Terminal terminal, Map<String, String> environment) {
    this.terminal = terminal;
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    if (row.isPresent() != day.isPresent() || (row.isPresent() && at.isPresent())) {
      throw new WrongUsage("ledger: --row and --day (expected: both or neither, without --at)");
    }
    CommandOutput output = new CommandOutput(terminal, options);
    if (row.isPresent()) {
      judged(output, row.get(), day.orElseThrow());
    } else {
      entries(output);
    }
    return ExitCode.OK.number();
  }

  private void judged(CommandOutput output, String where, String onDay) throws IOException {
    int equals = where.indexOf('=');
    if (equals < 1) {
      throw new WrongUsage("--row: '" + where + "' (expected: COL=VALUE)");
    }
    List<JudgedRow> rows =
        service.ask(
            environment,
            (LatentryClient client) ->
                client.judged(
                    model, where.substring(0, equals), where.substring(equals + 1), onDay));
    TextTable table = new TextTable(60).row("at", "version", "digest", "verdict", "score", "above");
    rows.forEach(
        judged ->
            table.row(
                judged.at(),
                String.valueOf(judged.version()),
                judged.digest(),
                judged.verdict(),
                judged.score(),
                judged.threshold()));
    output.result(
        rows.isEmpty()
            ? "No such row is recorded of that day (recording.keep: rows)."
            : table.text(""),
        Map.of("model", model, "rows", rows.stream().map(LedgerCommand::document).toList()));
  }

  private static Map<String, Object> document(JudgedRow judged) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("at", judged.at());
    document.put("version", judged.version());
    document.put("digest", judged.digest());
    document.put("verdict", judged.verdict());
    document.put("reason", judged.reason());
    document.put("score", judged.score());
    document.put("p_value", judged.pValue());
    document.put("threshold", judged.threshold());
    return document;
  }

  private void entries(CommandOutput output) throws IOException {
    List<LedgerEntry> entries =
        service.ask(
            environment,
            client ->
                at.isPresent()
                    ? client.ledger(model, at.get()).stream().toList()
                    : client.ledger(model));
    TextTable table =
        new TextTable(60).row("from", "version", "digest", "by", "what", "why", "evidence");
    entries.forEach(
        entry ->
            table.row(
                entry.at(),
                entry.version()
                    + (entry.served() ? "" : ", not served")
                    + (entry.canary() == null
                        ? ""
                        : ", %d %% version %d".formatted(entry.canaryPercent(), entry.canary())),
                entry.digest().substring(0, 8),
                entry.by(),
                entry.action(),
                entry.why(),
                entry.evidence() == null ? "" : entry.evidence().substring(0, 8)));
    output.result(
        entries.isEmpty() ? "The model was not known then." : table.text(""),
        Map.of("model", model, "entries", entries.stream().map(LedgerCommand::document).toList()));
  }

  private static Map<String, Object> document(LedgerEntry entry) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("id", entry.id());
    document.put("at", entry.at());
    document.put("version", entry.version());
    document.put("digest", entry.digest());
    document.put("served", entry.served());
    document.put("threshold", entry.threshold());
    document.put("canary", entry.canary());
    document.put("canary_percent", entry.canaryPercent());
    document.put("action", entry.action());
    document.put("by", entry.by());
    document.put("why", entry.why());
    document.put("evidence", entry.evidence());
    return document;
  }
}
