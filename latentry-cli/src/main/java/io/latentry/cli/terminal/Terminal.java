package io.latentry.cli.terminal;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a command reads, writes and looks at the clock.
 *
 * @param errorIsTerminal whether somebody watches {@code err}: decides between a bar and plain
 *     lines
 * @param columns width of that terminal, characters
 * @param nanoClock a monotonic clock, nanoseconds
 */
public record Terminal(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean errorIsTerminal,
    int columns,
    LongSupplier nanoClock) {

  /** Set by the launcher, since Java cannot ask whether standard error is a terminal. */
  static final String ERROR_IS_TERMINAL_PROPERTY = "latentry.stderr.terminal";

  /** Likewise of standard output. */
  static final String OUTPUT_IS_TERMINAL_PROPERTY = "latentry.stdout.terminal";

  static final String COLUMNS_PROPERTY = "latentry.columns";

  private static final int DEFAULT_COLUMNS = 80;
  private static final int FEWEST_COLUMNS = 40;

  /** Standard output for a table. */
  public CheckedOutput tableOutput() {
    return new CheckedOutput(
        out, out instanceof ProcessOutput && Boolean.getBoolean(OUTPUT_IS_TERMINAL_PROPERTY));
  }

  /** The same with standard error in place of standard output. */
  public Terminal allOnError() {
    return new Terminal(in, err, err, errorIsTerminal, columns, nanoClock);
  }

  /** Whether nobody reads standard output any more. */
  public boolean readerGone() {
    return out instanceof ProcessOutput output && output.readerGone();
  }

  /** The process's own streams. */
  public static Terminal ofProcess() {
    return new Terminal(
        System.in,
        ProcessOutput.ofProcess(),
        System.err,
        Boolean.getBoolean(ERROR_IS_TERMINAL_PROPERTY),
        columns(System.getenv("COLUMNS")),
        System::nanoTime);
  }

  /**
   * @param told by the environment; a person who sets it means it
   */
  static int columns(@Nullable String told) {
    int columns =
        told != null && told.matches("[1-9][0-9]{0,4}")
            ? Integer.parseInt(told)
            : Integer.getInteger(COLUMNS_PROPERTY, DEFAULT_COLUMNS);
    return Math.max(FEWEST_COLUMNS, columns);
  }
}
