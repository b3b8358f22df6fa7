package io.latentry.cli.serve;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Shown;
import io.latentry.cli.terminal.TableFile;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.client.ClientOptions;
import io.latentry.client.FeedbackSummary;
import io.latentry.client.Incident;
import io.latentry.client.LatentryClient;
import io.latentry.client.ThresholdMove;
import io.latentry.core.monitoring.FeedbackWord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what an incident was, or asks what was said and what it speaks for. */
@Command(
    name = "feedback",
    description = "Tells a running service what an alarm was, or asks what that speaks for.",
    footer = {
      "",
      "Without INCIDENT: how many were called what in the last 14 days, and changes of the"
          + " threshold",
      "that would have removed false alarms without losing a confirmed incident, tried on what was",
      "recorded. --apply puts one in force, --undo takes it back.",
      "--rows writes the recorded rows of the last 30 days with what was said of them, which",
      "evaluate --shadow and retrain --data understand by themselves.",
      "",
      "Examples:",
      "  latentry feedback --service http://localhost:8080 4f1c false-alarm --note \"sensor test\"",
      "  latentry feedback --service http://localhost:8080 4f1c confirmed --alarm 3",
      "  latentry feedback --service http://localhost:8080 'pressure high' known-event --group",
      "  latentry feedback --service http://localhost:8080",
      "  latentry feedback --service http://localhost:8080 --apply suppress",
      "  latentry feedback --service http://localhost:8080 --rows said.parquet --from 2026-01-01"
    })
public final class FeedbackCommand implements Callable<Integer> {
  private static final Set<String> WORDS = Set.of("false-alarm", "confirmed", "known-event");

  /** Alarms are judged again first. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Terminal terminal;
  private final Map<String, String> environment;

  @Mixin private final ModelOptions service = new ModelOptions();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "INCIDENT",
      description = "As incidents lists it; with --group its signature.")
  private Optional<String> incident = Optional.empty();

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "WORD",
      description = "false-alarm, confirmed, known-event, or acknowledge: you look after it.")
  private Optional<String> word = Optional.empty();

  @Option(names = "--note", paramLabel = "TEXT", description = "In your own words.")
  private String note = "";

  @Option(
      names = "--alarm",
      paramLabel = "N",
      description = "Of the N-th example of the incident alone, from 1 on.")
  private Optional<Integer> alarm = Optional.empty();

  @Option(
      names = "--group",
      description = "Of all incidents of that signature with an alarm in the last 14 days.")
  private boolean group;

  @Option(
      names = "--segment",
      paramLabel = "COL=VALUE",
      description = "With --group: of those of that segment alone, as incidents lists it.")
  private Optional<String> segment = Optional.empty();

  @Option(
      names = "--apply",
      paramLabel = "KIND",
      description = "Put a proposal in force: threshold, segment or suppress.")
  private Optional<String> apply = Optional.empty();

  @Option(names = "--undo", description = "Take back the latest move of the threshold.")
  private boolean undo;

  @Option(
      names = "--rows",
      paramLabel = "FILE",
      description =
          "Write the recorded rows with what was said of them: a new .parquet, .csv or .jsonl.")
  private Optional<Path> rows = Optional.empty();

  @Option(
      names = "--from",
      paramLabel = "DAY",
      description = "With --rows: a day or a moment in UTC. Default: 30 days before --to.")
  private Optional<String> from = Optional.empty();

  @Option(
      names = "--to",
      paramLabel = "DAY",
      description = "With --rows: before that day or moment in UTC. Default: now.")
  private Optional<String> before = Optional.empty();

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
    boolean moves = apply.isPresent() || undo;
    if (rows.isPresent()) {
      write(output, rows.get());
      return ExitCode.OK.number();
    }
    if (from.isPresent() || before.isPresent()) {
      throw new WrongUsage("--from, --to: given without --rows (expected: with it)");
    }
    if ((moves && (incident.isPresent() || (apply.isPresent() && undo)))
        || (group && alarm.isPresent())) {
      throw new WrongUsage(
          "--apply, --undo, INCIDENT; --group, --alarm: more than one (expected: one of them)");
    }
    if (moves) {
      move(output);
      return ExitCode.OK.number();
    }
    if (segment.isPresent() && !group) {
      throw new WrongUsage("--segment: given without --group (expected: with it)");
    }
    if (incident.isEmpty()) {
      summary(output);
      return ExitCode.OK.number();
    }
    String said = word.orElse("");
    if (!WORDS.contains(said) && !said.equals("acknowledge")) {
      throw new WrongUsage(
          "WORD: '" + said + "' (expected: false-alarm, confirmed, known-event or acknowledge)");
    }
    if (said.equals("acknowledge") && (group || alarm.isPresent())) {
      throw new WrongUsage("acknowledge: with --group or --alarm (expected: of an incident)");
    }
    if (group) {
      List<Incident> all =
          service.ask(
              environment,
              client ->
                  client.feedbackOfAll(
                      service.model(client),
                      incident.get(),
                      segment,
                      said.replace('-', '_'),
                      note));
      output.result(
          "%s, %d incidents: %s".formatted(incident.get(), all.size(), said),
          Map.of("incidents", all.stream().map(IncidentsCommand::document).toList()));
    } else {
      Incident changed = service.ask(environment, client -> changed(client, said));
      output.result(
          alarm.isPresent()
              ? "%s, alarm %d: %s".formatted(IncidentsCommand.what(changed), alarm.get(), said)
              : "%s, %d alarms: %s"
                  .formatted(IncidentsCommand.what(changed), changed.alarms(), said),
          IncidentsCommand.document(changed));
    }
    output.next("feedback --service " + service.service());
    return ExitCode.OK.number();
  }

  private void write(CommandOutput output, Path file) throws IOException {
    if (incident.isPresent() || apply.isPresent() || undo || group || alarm.isPresent()) {
      throw new WrongUsage(
          "--rows: with INCIDENT, --apply, --undo, --group or --alarm (expected: without)");
    }
    TableFile.requireName("--rows", file);
    FeedbackRows written =
        FeedbackRows.write(
            file,
            aside ->
                service.ask(
                    environment,
                    ClientOptions.DEFAULTS.withRequestTimeout(PATIENCE),
                    client -> {
                      client.recordedRows(service.model(client), from, before, aside);
                      return file;
                    }));
    long said = written.said().values().stream().mapToLong(Long::longValue).sum();
    output.result(
        "%s: %s, %d of them with what was said: %d false alarms, %d confirmed, %d known events."
            .formatted(
                file,
                Wording.rows(written.rows()),
                said,
                count(written, FeedbackWord.FALSE_ALARM),
                count(written, FeedbackWord.CONFIRMED),
                count(written, FeedbackWord.KNOWN_EVENT)),
        Map.of(
            "file", file.toString(),
            "rows", written.rows(),
            "false_alarm", count(written, FeedbackWord.FALSE_ALARM),
            "confirmed", count(written, FeedbackWord.CONFIRMED),
            "known_event", count(written, FeedbackWord.KNOWN_EVENT)));
    output.next(
        "evaluate MODEL "
            + Wording.quoted(file)
            + " --shadow  # are those found that were confirmed");
  }

  private static long count(FeedbackRows rows, FeedbackWord word) {
    return rows.said().getOrDefault(word, 0L);
  }

  private Incident changed(LatentryClient client, String said) {
    String model = service.model(client);
    if (said.equals("acknowledge")) {
      return client.acknowledge(model, incident.orElseThrow());
    }
    String what = said.replace('-', '_');
    return alarm.isPresent()
        ? WrongUsage.from(
            () -> client.feedbackOfAlarm(model, incident.orElseThrow(), alarm.get(), what, note))
        : client.feedback(model, incident.orElseThrow(), what, note);
  }

  private void move(CommandOutput output) throws IOException {
    ThresholdMove moved =
        service.ask(
            environment,
            client -> {
              String model = service.model(client);
              return undo
                  ? client.undoThreshold(model)
                  : client.apply(model, proposed(client.feedback(model)));
            });
    output.result(
        "Threshold of %s: %s, was %s; set by %s."
            .formatted(
                moved.model(),
                moved.after().threshold().score(),
                moved.before().threshold().score(),
                moved.after().threshold().origin()),
        Map.of(
            "model", moved.model(),
            "score", moved.after().threshold().score(),
            "was", moved.before().threshold().score(),
            "origin", moved.after().threshold().origin()));
    if (!undo) {
      output.next("feedback --service " + service.service() + " --undo  # takes it back");
    }
  }

  private FeedbackSummary.Change proposed(FeedbackSummary summary) {
    return changes(summary).stream()
        .filter(change -> change.kind().equals(apply.orElseThrow()))
        .findFirst()
        .orElseThrow(
            () ->
                new WrongUsage(
                    "--apply: '%s' (expected: of %s, which feedback speaks for now)"
                        .formatted(
                            apply.orElseThrow(),
                            changes(summary).stream().map(FeedbackSummary.Change::kind).toList())));
  }

  private static List<FeedbackSummary.Change> changes(FeedbackSummary summary) {
    List<FeedbackSummary.Change> proposals = summary.proposals();
    return proposals == null ? List.of() : proposals;
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
    document.put(
        "proposals",
        changes(summary).stream()
            .map(c -> Map.of("kind", c.kind(), "words", c.words(), "change", c.change()))
            .toList());
    // What was tried on rows says more than what was tried on counts.
    String words =
        changes(summary).isEmpty()
            ? " " + Shown.line(summary.words())
            : changes(summary).stream()
                .map(
                    change ->
                        System.lineSeparator() + change.kind() + ": " + Shown.line(change.words()))
                .collect(Collectors.joining());
    output.result(
        "%d false alarms, %d confirmed, %d known events.%s"
            .formatted(summary.falseAlarm(), summary.confirmed(), summary.knownEvent(), words),
        document);
    if (!changes(summary).isEmpty()) {
      output.next("feedback --service " + service.service() + " --apply KIND");
    }
  }
}
