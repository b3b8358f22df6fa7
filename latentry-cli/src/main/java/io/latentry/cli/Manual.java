package io.latentry.cli;

import io.latentry.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Pages of the manual and scripts of completion, made out of the commands when they are packed. */
public final class Manual {
  private Manual() {}

  /** {@code Manual FOLDER}: writes {@code man/man1} and {@code completions} below it. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Terminal terminal = Terminal.ofProcess();
    Path pages = Files.createDirectories(folder.resolve("man/man1"));
    for (Map.Entry<String, String> page : pages(terminal).entrySet()) {
      Files.writeString(pages.resolve(page.getKey() + ".1"), page.getValue());
    }
    Path scripts = Files.createDirectories(folder.resolve("completions"));
    Files.writeString(scripts.resolve("latentry"), CompletionCommand.script(terminal, false));
    Files.writeString(scripts.resolve("_latentry"), CompletionCommand.script(terminal, true));
  }

  /** Pages in the language of man(7), by name. */
  static Map<String, String> pages(Terminal terminal) {
    CommandLine line = Latentry.whole(terminal);
    Map<String, String> pages = new TreeMap<>();
    pages.put("latentry", page(line, new TreeMap<>(line.getSubcommands())));
    line.getSubcommands()
        .forEach((name, command) -> pages.put("latentry-" + name, page(command, Map.of())));
    return pages;
  }

  private static String page(CommandLine command, Map<String, CommandLine> commands) {
    CommandSpec spec = command.getCommandSpec();
    String name = spec.qualifiedName("-");
    StringBuilder page = new StringBuilder();
    page.append(".TH ").append(quoted(name.toUpperCase(Locale.ROOT))).append(" 1\n");
    section(page, "NAME");
    String does = String.join(" ", spec.usageMessage().description());
    page.append(text(name)).append(" \\- ").append(text(does)).append('\n');
    section(page, "SYNOPSIS");
    Help help = new Help(spec, Help.defaultColorScheme(Help.Ansi.OFF));
    page.append(lines(help.synopsis(0)));
    section(page, "OPTIONS");
    spec.positionalParameters().stream()
        .filter(parameter -> !parameter.hidden())
        .forEach(parameter -> argument(page, label(parameter), parameter));
    spec.options().stream()
        .filter(option -> !option.hidden())
        .forEach(option -> argument(page, label(option), option));
    if (!commands.isEmpty()) {
      section(page, "COMMANDS");
      commands.forEach(
          (each, of) -> {
            page.append(".TP\n\\fB").append(text("latentry-" + each)).append("\\fR(1)\n");
            String[] about = of.getCommandSpec().usageMessage().description();
            page.append(text(String.join(" ", about))).append('\n');
          });
    }
    if (spec.usageMessage().footer().length > 0) {
      section(page, "NOTES");
      page.append(".nf\n");
      for (String each : spec.usageMessage().footer()) {
        page.append(line(each)).append('\n');
      }
      page.append(".fi\n");
    }
    section(page, "EXIT STATUS");
    page.append(
        "0 ok, 1 failed, 2 wrong usage, 3 the data cannot be used, 4 drift found, 5 challenger"
            + " refused, 130 interrupted.\n");
    return page.toString();
  }

  private static void section(StringBuilder page, String title) {
    page.append(".SH ").append(quoted(title)).append('\n');
  }

  private static void argument(StringBuilder page, String label, ArgSpec argument) {
    page.append(".TP\n\\fB").append(text(label)).append("\\fR\n");
    page.append(line(String.join(" ", argument.description()))).append('\n');
  }

  private static String label(OptionSpec option) {
    String names = String.join(", ", option.names());
    return option.arity().max() == 0 ? names : names + "=" + option.paramLabel();
  }

  private static String label(PositionalParamSpec parameter) {
    return parameter.paramLabel();
  }

  private static String lines(String given) {
    StringBuilder lines = new StringBuilder();
    given.lines().forEach(each -> lines.append(line(each.strip())).append('\n'));
    return lines.toString();
  }

  /** A line that begins with a dot or an apostrophe would be a request. */
  private static String line(String given) {
    String text = text(given);
    return text.startsWith(".") || text.startsWith("'") ? "\\&" + text : text;
  }

  private static String text(String given) {
    return given.replace("\\", "\\e").replace("-", "\\-");
  }

  private static String quoted(String given) {
    return '"' + text(given) + '"';
  }
}
