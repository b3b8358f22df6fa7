package io.latentry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Every command in a block of {@code sh} on any page has the options that it is given, and what it
 * needs. That they run is tested beside the README.
 */
final class DocumentedCommandsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Pattern SHELL = Pattern.compile("(?ms)^```sh\\n(.*?)^```");
  private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"");

  /** A pipe, what comes from or goes to a file, a remark, {@code &}. */
  private static final Pattern BEYOND = Pattern.compile("\\s+([|&<>#]|2>).*");

  @Test
  void everyCommandCanBeTyped() throws IOException {
    Set<String> commands = commands();
    assertThat(commands).hasSizeGreaterThan(90);
    CommandLine line = Latentry.whole(new CapturedTerminal().terminal(false));
    List<String> wrong = new ArrayList<>();
    for (String command : commands) {
      List<String> words =
          List.of(
              QUOTED
                  .matcher(command)
                  .replaceAll(DocumentedCommandsTest::withoutBlanks)
                  .split("\\s+", -1));
      try {
        assertThat(line.parseArgs(words.subList(1, words.size()).toArray(String[]::new)))
            .extracting(CommandLine.ParseResult::subcommand)
            .isNotNull();
      } catch (ParameterException notSo) {
        wrong.add(command + ": " + notSo.getMessage());
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static String withoutBlanks(MatchResult quoted) {
    String text = quoted.group().substring(1, quoted.group().length() - 1).replaceAll("\\s", "_");
    return Matcher.quoteReplacement(text.equals("$URL") ? "http://localhost:8080" : text);
  }

  private static Set<String> commands() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    for (String folder : List.of("docs", "examples")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
      }
    }
    Set<String> commands = new LinkedHashSet<>();
    for (Path page : pages) {
      SHELL
          .matcher(Files.readString(page))
          .results()
          .flatMap(block -> block.group(1).replaceAll("\\\\\\n\\s*", "").lines())
          .filter(line -> line.matches("\\S*latentry .*"))
          .map(line -> BEYOND.matcher(line).replaceFirst(""))
          .forEach(commands::add);
    }
    return commands;
  }
}
