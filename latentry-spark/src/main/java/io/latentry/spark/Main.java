package io.latentry.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.DataException;
import io.latentry.core.fault.FaultWords;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The job that {@code spark-submit} runs. */
@Command(
    name = "latentry-spark.jar",
    description = "Verdicts on the tables of a lake.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final int UNUSABLE_DATA = 3;

  private Main() {}

  /** Ends the process with the exit code of {@code ./latentry}: 0 ok, 1, 2 or 3. */
  public static void main(String[] args) {
    int code =
        run(
            () -> SparkSession.builder().appName("latentry").getOrCreate(),
            System::nanoTime,
            System.out,
            System.err,
            args);
    SparkSession.getDefaultSession()
        .foreach(
            session -> {
              session.stop();
              return null;
            });
    if (code != 0) {
      // A driver that YARN runs may not end itself where all went well.
      System.exit(code);
    }
  }

  /**
   * The exit code.
   *
   * @param session is begun when there is something to do
   */
  static int run(
      Supplier<SparkSession> session,
      LongSupplier nanoClock,
      PrintStream out,
      PrintStream err,
      String... args) {
    CommandLine line =
        new CommandLine(new Main())
            .addSubcommand(new ScoreCommand(session, nanoClock, out))
            .addSubcommand(new SampleCommand(session, out))
            .setExecutionExceptionHandler(
                (failure, command, parsed) ->
                    failed(
                        failure,
                        (command.getCommand() instanceof ScoreCommand score && score.isVerbose())
                            || (command.getCommand() instanceof SampleCommand sample
                                && sample.isVerbose()),
                        err))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(new PrintWriter(out, true, UTF_8))
            .setErr(new PrintWriter(err, true, UTF_8));
    if (args.length == 0) {
      line.usage(err);
      return WRONG_USAGE;
    }
    return line.execute(args);
  }

  private static int failed(Throwable failure, boolean verbose, PrintStream err) {
    if (verbose) {
      failure.printStackTrace(err);
    }
    Throwable told = failure;
    int code = FAILED;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DataException || cause instanceof AnalysisException) {
        told = cause;
        code = UNUSABLE_DATA;
        break;
      }
      if (cause instanceof ArtifactException) {
        told = cause;
        break;
      }
      if (cause instanceof WrongUsage) {
        told = cause;
        code = WRONG_USAGE;
        break;
      }
    }
    err.println("latentry: " + firstLine(told));
    return code;
  }

  private static String firstLine(Throwable failure) {
    boolean ours =
        failure instanceof DataException
            || failure instanceof ArtifactException
            || failure instanceof WrongUsage;
    @Nullable String message = ours ? failure.getMessage() : FaultWords.of(failure);
    return message == null ? FaultWords.of(failure) : message.lines().findFirst().orElse("");
  }

  /** Says what to give instead. */
  static final class WrongUsage extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongUsage(String message) {
      super(message);
    }
  }
}
