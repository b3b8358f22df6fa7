package io.latentry.cli.serve;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.client.LatentryClient;
import io.latentry.client.RefusedRequestException;
import io.latentry.client.Retraining;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Retrains a model of a running service, and says what is to become of it. */
@Command(
    name = "retraining",
    description = "Shows, starts, pauses, approves or rolls back retrainings of a running service.",
    footer = {
      "",
      "Without --start, --pause, --resume, --approve or --roll-back: the runs.",
      "With --start --wait it ends when its gate has decided: exit code 0 if it passed, 5 if it",
      "was refused, 1 if it failed. Of two at once the second tells of the run of the first.",
      "",
      "Examples:",
      "  latentry retraining pump --service http://localhost:8080",
      "  latentry retraining pump --service http://localhost:8080 --start --wait",
      "  latentry retraining pump --service http://localhost:8080 --approve",
      "  latentry retraining pump --service http://localhost:8080 --roll-back"
    })
public final class RetrainingCommand implements Callable<Integer> {
  private static final int CONFLICT = 409;
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Set<String> PASSED = Set.of("shadow", "canary", "waiting", "promoted");

  private final Terminal terminal;
  private final Map<String, String> environment;

  @Parameters(index = "0", paramLabel = "NAME", description = "The model.")
  private String model = "";

  @Mixin private final ServiceOptions service = new ServiceOptions();

  @Option(names = "--start", description = "Retrain the champion now.")
  private boolean start;

  @Option(names = "--wait", description = "With --start: until its gate has decided.")
  private boolean wait;

  @Option(
      names = "--refused-is-ok",
      description = "With --wait: exit code 0 also where the old model stays.")
  private boolean refusedIsOk;

  @Option(names = "--pause", description = "Nothing has it retrained unless somebody asks for it.")
  private boolean pause;

  @Option(names = "--resume", description = "The schedule and the other triggers do again.")
  private boolean resume;

  @Option(names = "--approve", description = "Promote the challenger that waits.")
  private boolean approve;

  @Option(names = "--roll-back", description = "Make the champion before this one it again.")
  private boolean rollBack;

  @Mixin private final GlobalOptions options = new GlobalOptions();

  /**
   * @param environment of the process
   */
  public RetrainingCommand(Terminal terminal, Map<String, String> environment) {
    this.terminal = terminal;
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    if (Stream.of(start, pause, resume, approve, rollBack).filter(asked -> asked).count() > 1
        || (wait && !start)
        || (refusedIsOk && !wait)) {
      throw new WrongUsage(
          "retraining: more than one thing at once (expected: one of --start, --pause, --resume,"
              + " --approve and --roll-back; --wait with --start, --refused-is-ok with --wait)");
    }
    if (start) {
      return started();
    }
    if (rollBack) {
      int version = service.ask(environment, client -> client.rollBack(model));
      new CommandOutput(terminal, options)
          .result(
              "version " + version + " of model " + model + " answers again",
              Map.of("model", model, "version", version));
      return ExitCode.OK.number();
    }
    if (approve) {
      tell(service.ask(environment, client -> client.approve(model)));
      return ExitCode.OK.number();
    }
    list(service.ask(environment, this::changed));
    return ExitCode.OK.number();
  }

  private Retraining changed(LatentryClient client) {
    return pause || resume ? client.pauseRetraining(model, pause) : client.retraining(model);
  }

  private int started() throws IOException {
    Retraining.Run run = service.ask(environment, this::startedOrUnderWay);
    while (wait && run.state().equals("running")) {
      pause();
      String id = run.id();
      run =
          service.ask(
              environment,
              client ->
                  client.retraining(model).runs().stream()
                      .filter(of -> of.id().equals(id))
                      .findFirst()
                      .orElseThrow());
    }
    tell(run);
    if (run.state().equals("failed")) {
      return ExitCode.FAILED.number();
    }
    boolean passed = run.state().equals("running") || PASSED.contains(run.state());
    return (passed || refusedIsOk ? ExitCode.OK : ExitCode.CHALLENGER_REFUSED).number();
  }

  /** Who comes second has the run of who came first, which may be in shadow by then. */
  private Retraining.Run startedOrUnderWay(LatentryClient client) {
    try {
      return client.retrain(model);
    } catch (RefusedRequestException refused) {
      if (refused.status() != CONFLICT || !wait) {
        throw refused;
      }
      return client.retraining(model).runs().stream()
          .filter(run -> run.endedAt() == null)
          .findFirst()
          .orElseThrow(() -> refused);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("retraining: interrupted; it goes on in the service", e);
    }
  }

  private void tell(Retraining.Run run) {
    new CommandOutput(terminal, options)
        .result(
            "retraining "
                + run.id()
                + " of model "
                + model
                + ": "
                + run.state()
                + ", "
                + run.words(),
            document(run));
  }

  private void list(Retraining retraining) {
    TextTable table =
        new TextTable(80).row("started", "why", "by", "state", "challenger", "how it stands");
    retraining
        .runs()
        .forEach(
            run ->
                table.row(
                    run.startedAt(),
                    run.reason() == null || run.reason().isEmpty() ? run.cause() : run.reason(),
                    run.by(),
                    run.state(),
                    run.challenger() == null ? "" : "version " + run.challenger(),
                    run.words()));
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("model", model);
    document.put("on", retraining.on());
    document.put("paused", retraining.paused());
    document.put("next", retraining.next());
    document.put("triggers", retraining.triggers());
    List<Map<String, @Nullable Object>> runs =
        retraining.runs().stream().map(RetrainingCommand::document).toList();
    document.put("runs", runs);
    String line = System.lineSeparator();
    new CommandOutput(terminal, options)
        .result(when(retraining) + (runs.isEmpty() ? "" : line + line + table.text("")), document);
  }

  private static String when(Retraining retraining) {
    if (!retraining.on()) {
      return "The service does not retrain (retraining.mode).";
    }
    if (retraining.paused()) {
      return "Paused.";
    }
    String next =
        retraining.next() == null ? "No schedule." : "Next by schedule: " + retraining.next() + ".";
    return retraining.triggers().isEmpty()
        ? next
        : next + " Triggers: " + String.join("; ", retraining.triggers()) + ".";
  }

  private static Map<String, @Nullable Object> document(Retraining.Run run) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("id", run.id());
    document.put("cause", run.cause());
    document.put("reason", run.reason());
    document.put("by", run.by());
    document.put("state", run.state());
    document.put("started_at", run.startedAt());
    document.put("ended_at", run.endedAt());
    document.put("champion", run.champion());
    document.put("challenger", run.challenger());
    document.put("words", run.words());
    document.put("decision", run.decision());
    return document;
  }
}
