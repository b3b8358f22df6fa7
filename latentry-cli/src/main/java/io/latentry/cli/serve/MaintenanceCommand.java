package io.latentry.cli.serve;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.client.LatentryClient;
import io.latentry.client.MaintenanceWindow;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists, sets and ends the windows of maintenance of a running service. */
@Command(
    name = "maintenance",
    description = "Lists, sets or ends times at which alarms are recorded and not sent.",
    footer = {
      "",
      "Without --add or --end: those that stand.",
      "",
      "Examples:",
      "  latentry maintenance --service http://localhost:8080",
      "  latentry maintenance --service http://localhost:8080 --add overhaul --models pump,press"
          + " \\",
      "      --from 2026-03-01T06:00 --to 2026-03-01T14:00 --zone Europe/Berlin",
      "  latentry maintenance --service http://localhost:8080 --add cleaning --models '*' \\",
      "      --cron '0 22 * * SUN' --duration 8h",
      "  latentry maintenance --service http://localhost:8080 --end 4f1c"
    })
public final class MaintenanceCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Map<String, String> environment;

  @Mixin private final ServiceOptions service = new ServiceOptions();

  @Option(names = "--add", paramLabel = "NAME", description = "Set a window of that name.")
  private Optional<String> add = Optional.empty();

  @Option(names = "--end", paramLabel = "ID", description = "End a window that was set.")
  private Optional<String> end = Optional.empty();

  @Option(
      names = "--models",
      paramLabel = "NAME,...",
      split = ",",
      description = "Which it is over; '*' stands for any letters.")
  private List<String> models = List.of();

  @Option(
      names = "--tags",
      paramLabel = "TAG,...",
      split = ",",
      description = "The same by groups of watch.maintenance.")
  private List<String> tags = List.of();

  @Option(
      names = "--where",
      paramLabel = "COL=VALUE",
      description = "Only rows with that value of the column that watch.segments names.")
  private Optional<String> where = Optional.empty();

  @Option(names = "--from", paramLabel = "TIME", description = "Such as 2026-03-01T06:00.")
  private Optional<String> from = Optional.empty();

  @Option(names = "--to", paramLabel = "TIME", description = "When it is over.")
  private Optional<String> to = Optional.empty();

  @Option(
      names = "--cron",
      paramLabel = "LINE",
      description = "When it begins: minute, hour, day, month, day of the week.")
  private Optional<String> cron = Optional.empty();

  @Option(
      names = "--rrule",
      paramLabel = "RULE",
      description = "The same by RFC 5545, such as FREQ=MONTHLY;BYDAY=-1SU.")
  private Optional<String> rrule = Optional.empty();

  @Option(names = "--start", paramLabel = "TIME", description = "First one, with --rrule.")
  private Optional<String> start = Optional.empty();

  @Option(names = "--duration", paramLabel = "TIME", description = "Such as 90m, 8h or 2d.")
  private Optional<String> duration = Optional.empty();

  @Option(names = "--zone", paramLabel = "ZONE", description = "Whose clock. Default: UTC.")
  private Optional<String> zone = Optional.empty();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  /**
   * @param environment of the process
   */
  public MaintenanceCommand(Terminal terminal, Map<String, String> environment) {
    this.terminal = terminal;
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    List<MaintenanceWindow> windows = service.ask(environment, this::windows);
    TextTable table =
        new TextTable(60)
            .row("window", "name", "models", "where", "when", "zone", "open until", "by");
    windows.forEach(
        window ->
            table.row(
                window.id(),
                window.name(),
                String.join(
                    ",", Stream.concat(window.models().stream(), window.tags().stream()).toList()),
                window.where() == null ? "" : window.where(),
                when(window),
                window.zone() == null ? "UTC" : window.zone(),
                window.openUntil() == null ? "" : window.openUntil(),
                window.by()));
    new CommandOutput(terminal, options)
        .result(
            windows.isEmpty() ? "No windows." : table.text(""),
            Map.of("windows", windows.stream().map(MaintenanceCommand::document).toList()));
    return ExitCode.OK.number();
  }

  private List<MaintenanceWindow> windows(LatentryClient client) {
    if (end.isPresent()) {
      return client.endMaintenance(end.get());
    }
    return add.isPresent() ? List.of(client.addMaintenance(definition())) : client.maintenance();
  }

  private Map<String, Object> definition() {
    Map<String, Object> definition = new LinkedHashMap<>();
    add.ifPresent(value -> definition.put("name", value));
    definition.put("models", models);
    definition.put("tags", tags);
    where.ifPresent(value -> definition.put("where", value));
    from.ifPresent(value -> definition.put("from", value));
    to.ifPresent(value -> definition.put("to", value));
    cron.ifPresent(value -> definition.put("cron", value));
    rrule.ifPresent(value -> definition.put("rrule", value));
    start.ifPresent(value -> definition.put("start", value));
    duration.ifPresent(value -> definition.put("duration", value));
    zone.ifPresent(value -> definition.put("zone", value));
    return definition;
  }

  private static String when(MaintenanceWindow window) {
    if (window.from() != null) {
      return window.from() + " to " + window.to();
    }
    if (window.cron() != null) {
      return window.cron() + " for " + window.duration();
    }
    return window.rrule() == null
        ? "by its calendar"
        : window.rrule() + " from " + window.start() + " for " + window.duration();
  }

  private static Map<String, Object> document(MaintenanceWindow window) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("id", window.id());
    document.put("name", window.name());
    document.put("models", window.models());
    document.put("tags", window.tags());
    document.put("where", window.where());
    document.put("when", when(window));
    document.put("zone", window.zone());
    document.put("open_until", window.openUntil());
    document.put("by", window.by());
    return document;
  }
}
