package io.latentry.cli;

import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.Trains;
import io.latentry.core.settings.Spelling;
import io.latentry.training.engine.Engine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code latentry COMMAND}: the only place that ends the process. */
@Command(
    name = "latentry",
    description = "Finds anomalies with variational autoencoders.",
    synopsisSubcommandLabel = "COMMAND",
    footer =
        "Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 the data cannot be used,"
            + " 4 drift found, 130 interrupted.")
public final class Latentry implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // filled by picocli before run()
  private CommandSpec spec;

  private Latentry() {}

  /** The command line of the process. */
  public static void main(String[] arguments) {
    Terminal terminal = Terminal.ofProcess();
    int exitCode;
    try (Interruption interruption = Interruption.ofThisThread()) {
      exitCode = run(terminal, arguments);
    }
    System.exit(exitCode);
  }

  /** Runs one command line; returns its exit code. */
  public static int run(Terminal terminal, String... arguments) {
    Map<String, Supplier<Object>> all = Commands.all(terminal);
    Supplier<Object> asked = arguments.length == 0 ? null : all.get(arguments[0]);
    List<Object> commands =
        asked != null
            ? List.of(asked.get())
            : isVersion(arguments) ? List.of() : all.values().stream().map(Supplier::get).toList();
    return run(terminal, commands, arguments);
  }

  private static boolean isVersion(String[] arguments) {
    return arguments.length == 1 && List.of("--version", "-V").contains(arguments[0]);
  }

  /** The same with these commands alone. */
  public static int run(Terminal terminal, List<Object> commands, String... arguments) {
    return run(terminal, new ConfigDiscovery(System.getenv(), Path.of("")), commands, arguments);
  }

  static int run(
      Terminal terminal, ConfigDiscovery configs, List<Object> commands, String... arguments) {
    // Wrong usage is told before the options are parsed, so these two are looked for by hand.
    boolean json = Arrays.asList(arguments).contains("--json");
    boolean verbose = Arrays.asList(arguments).contains("--verbose");
    CommandLine line = line(terminal, commands);
    line.setParameterExceptionHandler(
        (failure, given) -> fail(terminal, told(failure, line), json, verbose));
    line.setDefaultValueProvider(configs);
    line.setExecutionStrategy(
        given -> {
          if (given.subcommand() != null && !asksForHelp(given.subcommand())) {
            configs.tell(given.subcommand(), terminal);
          }
          return execute(given);
        });
    line.setExecutionExceptionHandler(
        (failure, where, parsed) -> fail(terminal, failure, json, verbose));
    try {
      int exitCode = line.execute(arguments);
      boolean done = exitCode == ExitCode.OK.number() || exitCode == ExitCode.DRIFT_FOUND.number();
      if (terminal.out().checkError() && terminal.readerGone()) {
        return ExitCode.READER_GONE.number();
      }
      if (done && terminal.out().checkError()) {
        return fail(
            terminal,
            new IOException(
                "standard output: cannot be written (expected: an open one, on a disk with room)"),
            false,
            verbose);
      }
      return exitCode;
    } catch (OutOfMemoryError | StackOverflowError | LinkageError error) {
      return fail(terminal, error, json, verbose);
    }
  }

  /** A fit of an hour's data should not be refused after an hour. */
  private static int execute(ParseResult given) {
    ParseResult asked = given.subcommand();
    if (asked != null
        && asked.commandSpec().userObject() instanceof Trains
        && !asksForHelp(asked)
        && !Engine.isPresent()) {
      throw new ExecutionException(
          asked.commandSpec().commandLine(),
          "no engine",
          new IllegalStateException(
              asked.commandSpec().name() + ": " + Failure.NO_TRAINING_ENGINE));
    }
    return new RunLast().execute(given);
  }

  private static boolean asksForHelp(ParseResult asked) {
    return asked.isUsageHelpRequested() || asked.isVersionHelpRequested();
  }

  /** Every command with its options, for what describes them. */
  static CommandLine whole(Terminal terminal) {
    return line(terminal, Commands.all(terminal).values().stream().map(Supplier::get).toList());
  }

  private static CommandLine line(Terminal terminal, List<Object> commands) {
    CommandLine line = new CommandLine(new Latentry());
    for (Object command : commands) {
      line.addSubcommand(command);
    }
    line.getCommandSpec().mixinStandardHelpOptions(true).version(version());
    for (CommandLine subcommand : line.getSubcommands().values()) {
      subcommand.getCommandSpec().mixinStandardHelpOptions(true).version(version());
    }
    line.setUsageHelpAutoWidth(false);
    line.setUsageHelpWidth(Math.max(80, Math.min(terminal.columns(), 120)));
    line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }

  @Override
  public void run() {
    throw noCommand("missing", "", spec.commandLine());
  }

  /** A word that is no command is told as one, not as an argument too many; with what was meant. */
  private static ParameterException told(ParameterException failure, CommandLine line) {
    if (!(failure instanceof UnmatchedArgumentException unmatched)) {
      return failure;
    }
    String given = unmatched.getUnmatched().get(0);
    if (!unmatched.isUnknownOption()) {
      return unmatched.getCommandLine() == line
          ? noCommand("'" + given + "'", didYouMean(given, line.getSubcommands().keySet()), line)
          : failure;
    }
    CommandLine command = unmatched.getCommandLine();
    String name = given.split("=", 2)[0];
    return new ParameterException(
        command,
        failure.getMessage() + didYouMean(name, command.getCommandSpec().optionsMap().keySet()));
  }

  private static ParameterException noCommand(String given, String meant, CommandLine line) {
    return new ParameterException(
        line,
        "COMMAND: "
            + given
            + " (expected: one of "
            + String.join(", ", line.getCommandSpec().subcommands().keySet())
            + ")"
            + meant);
  }

  /** The nearest of {@code names}, if it may be {@code given} misspelt. */
  private static String didYouMean(String given, Collection<String> names) {
    return names.stream()
        .filter(
            name -> 2 * Spelling.distance(given, name) < Math.min(given.length(), name.length()))
        .min(Comparator.comparingInt(name -> Spelling.distance(given, name)))
        .map(name -> "; did you mean " + name + "?")
        .orElse("");
  }

  private static String version() {
    String version = Latentry.class.getPackage().getImplementationVersion();
    return "latentry " + (version == null ? "(built from source)" : version);
  }

  private static int fail(Terminal terminal, Throwable cause, boolean json, boolean verbose) {
    if (terminal.out().checkError() && terminal.readerGone()) {
      return ExitCode.READER_GONE.number();
    }
    Failure failure = Failure.of(cause);
    failure.print(terminal, json, verbose, cause);
    if (cause instanceof ParameterException wrong && !json) {
      terminal
          .err()
          .println("see: " + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    }
    return failure.exitCode().number();
  }
}
