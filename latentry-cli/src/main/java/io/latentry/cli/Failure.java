package io.latentry.cli;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.Shown;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.core.data.DataException;
import io.latentry.core.fault.FaultWords;
import io.latentry.training.fit.TrainingInterruptedException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/** What went wrong, in words and as an exit code. */
record Failure(ExitCode exitCode, String message) {

  static final String NO_TRAINING_ENGINE =
      "there is no training engine here (expected: an installation that has one); this one serves"
          + " and scores, take the archive without -serve in its name";

  private static final String NO_KAFKA =
      "there is no Kafka client here (expected: an installation that has one); take the archive"
          + " without -serve in its name";

  static Failure of(Throwable cause) {
    if (cause instanceof TrainingInterruptedException) {
      return new Failure(ExitCode.INTERRUPTED, messageOf(cause));
    }
    if (Interruption.isCauseOf(cause)) {
      return new Failure(
          ExitCode.INTERRUPTED, "interrupted; nothing was written; run the same command again");
    }
    if (cause instanceof ParameterException || cause instanceof WrongUsage) {
      return new Failure(ExitCode.WRONG_USAGE, messageOf(cause));
    }
    if (cause instanceof DataException) {
      return new Failure(ExitCode.UNUSABLE_DATA, messageOf(cause));
    }
    if (cause instanceof NoClassDefFoundError missing
        && String.valueOf(missing.getMessage()).contains("org/bytedeco/")) {
      return new Failure(ExitCode.FAILED, "this: " + NO_TRAINING_ENGINE);
    }
    if (cause instanceof NoClassDefFoundError missing
        && String.valueOf(missing.getMessage()).contains("org/apache/kafka/")) {
      return new Failure(ExitCode.FAILED, "this: " + NO_KAFKA);
    }
    if (cause instanceof OutOfMemoryError) {
      return new Failure(
          ExitCode.FAILED,
          "memory: the heap of "
              + Runtime.getRuntime().maxMemory() / (1 << 20)
              + " MB is used up (expected: room for the data and the model); give more with"
              + " LATENTRY_HEAP=8g, or use fewer rows");
    }
    if (cause instanceof UncheckedIOException unchecked
        && unchecked.getCause() != null
        && unchecked.getCause().toString().equals(unchecked.getMessage())) {
      // Its message is the cause's name and nothing of its own.
      return of(unchecked.getCause());
    }
    if (cause instanceof FileSystemException file) {
      return new Failure(ExitCode.FAILED, messageOf(file));
    }
    return new Failure(ExitCode.FAILED, messageOf(cause));
  }

  /** Message and nothing else; the stack trace only if asked for. */
  void print(Terminal terminal, boolean json, boolean verbose, Throwable cause) {
    PrintStream err = terminal.err();
    if (json) {
      terminal
          .out()
          .println(
              Shown.json(
                  CommandOutput.json(
                      Map.of(
                          "error", Map.of("message", message, "exit_code", exitCode.number())))));
      terminal.out().flush();
    } else {
      err.println("latentry: " + Shown.line(message));
    }
    if (verbose) {
      StringWriter trace = new StringWriter();
      cause.printStackTrace(new PrintWriter(trace));
      err.print(Shown.lines(trace.toString()));
    }
  }

  private static String messageOf(FileSystemException file) {
    String path = file.getFile() == null ? "file" : file.getFile();
    if (file instanceof NoSuchFileException) {
      return path + ": no such file or folder (expected: one that exists); check the path";
    }
    if (file instanceof AccessDeniedException) {
      return path + ": access denied (expected: permission); choose another path";
    }
    if (file instanceof FileAlreadyExistsException) {
      return path + ": exists already (expected: a new name); choose another path";
    }
    return messageOf((Throwable) file);
  }

  private static String messageOf(Throwable cause) {
    @Nullable String message = cause.getMessage();
    if (message == null && FaultWords.of(cause).contains("No space left on device")) {
      return "No space left on device (expected: room for what is written, and for temporary files"
          + " in "
          + System.getProperty("java.io.tmpdir")
          + "); make room, or name another folder by JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER";
    }
    return message == null || message.isBlank() || FaultWords.isOurMistake(cause)
        ? FaultWords.of(cause) + "; run with --verbose to see where"
        : message;
  }
}
