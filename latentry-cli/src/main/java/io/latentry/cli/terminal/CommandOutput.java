package io.latentry.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.function.Supplier;

/**
 * What a command says: text for people or one JSON document for machines on standard output;
 * notices on standard error.
 */
public final class CommandOutput {
  /** Set by the launcher: how the user called it, so that what is proposed can be pasted. */
  private static final String COMMAND_PROPERTY = "latentry.command";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private final Terminal terminal;
  private final GlobalOptions options;

  public CommandOutput(Terminal terminal, GlobalOptions options) {
    this.terminal = terminal;
    this.options = options;
  }

  /**
   * The result. Called once per run, so that {@code --json} prints one document.
   *
   * @param text for people, without a final newline
   * @param document a record, map or list; keys become snake_case
   */
  public void result(String text, Object document) {
    resultOf(text, () -> json(document));
  }

  /** The same with a document that is JSON already. */
  public void resultOf(String text, Supplier<String> json) {
    terminal.out().println(options.json() ? Shown.json(json.get()) : Shown.lines(text));
    terminal.out().flush();
  }

  /** A part of a long result, shown as it comes; people only. */
  public void passage(String text) {
    if (!options.json()) {
      terminal.out().println(Shown.lines(text));
      terminal.out().flush();
    }
  }

  /** Something worth knowing on the way; not shown under {@code --quiet}. */
  public void notice(String text) {
    if (!options.quiet()) {
      terminal.err().println(Shown.lines(text));
    }
  }

  /**
   * Names the next useful command; people only.
   *
   * @param arguments what follows the program's own name
   */
  public void next(String arguments) {
    if (!options.json()) {
      notice(
          "next: "
              + Wording.quoted(System.getProperty(COMMAND_PROPERTY, "latentry"))
              + " "
              + arguments);
    }
  }

  public ProgressBar progress(String what, String unit) {
    return new ProgressBar(terminal, what, unit, options.quiet());
  }

  public static String json(Object document) {
    try {
      return JSON.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("output: not writable as JSON", e);
    }
  }
}
