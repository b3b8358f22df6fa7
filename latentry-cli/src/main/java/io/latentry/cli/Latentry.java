package io.latentry.cli;

import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
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
    return run(terminal, Commands.all(terminal), arguments);
  }

  public static int run(Terminal terminal, List<Object> commands, String... arguments) {
    // Wrong usage is told before the options are parsed, so these two are looked for by hand.
    boolean json = Arrays.asList(arguments).contains("--json");
    boolean verbose = Arrays.asList(arguments).contains("--verbose");
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
    line.setParameterExceptionHandler(
        (failure, given) -> fail(terminal, told(failure, line), json, verbose));
    line.setExecutionExceptionHandler(
        (failure, where, parsed) -> fail(terminal, failure, json, verbose));
    try {
      int exitCode = line.execute(arguments);
      boolean done = exitCode == ExitCode.OK.number() || exitCode == ExitCode.DRIFT_FOUND.number();
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

  @Override
  public void run() {
    throw noCommand("missing", spec.commandLine());
  }

  /** A word that is no command is told as one, not as an argument too many. */
  private static ParameterException told(ParameterException failure, CommandLine line) {
    return failure instanceof UnmatchedArgumentException unmatched
            && unmatched.getCommandLine() == line
            && !unmatched.isUnknownOption()
        ? noCommand("'" + unmatched.getUnmatched().get(0) + "'", line)
        : failure;
  }

  private static ParameterException noCommand(String given, CommandLine line) {
    return new ParameterException(
        line,
        "COMMAND: "
            + given
            + " (expected: one of "
            + String.join(", ", line.getCommandSpec().subcommands().keySet())
            + ")");
  }

  private static String version() {
    String version = Latentry.class.getPackage().getImplementationVersion();
    return "latentry " + (version == null ? "(built from source)" : version);
  }

  private static int fail(Terminal terminal, Throwable cause, boolean json, boolean verbose) {
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
