package io.latentry.it.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a block of {@code sh} on a page.
 *
 * @param line without a remark at its end; a line that goes on behind a backslash is one
 */
public record GuidedCommand(String page, String line) {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```");
  private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|[^\\s'\"])+");

  /** Every one of a page, in its order. */
  public static List<GuidedCommand> of(Path page) throws IOException {
    return BLOCK
        .matcher(Files.readString(page))
        .results()
        .flatMap(block -> block.group(1).replaceAll("\\\\\\n\\s*", "").lines())
        .map(line -> line.replaceFirst("\\s+# .*", "").strip())
        .map(line -> new GuidedCommand(page.getFileName().toString(), line))
        .toList();
  }

  /** Whether Latentry is what the line starts. */
  boolean isLatentry() {
    return line.matches("(\\./)?latentry .*");
  }

  /** The block of YAML on {@code page} that has {@code words}. */
  static String yaml(Path page, String words) throws IOException {
    return Pattern.compile("(?ms)^```yaml\\n(.*?)^```")
        .matcher(Files.readString(page))
        .results()
        .map(block -> block.group(1))
        .filter(block -> block.contains(words))
        .findFirst()
        .orElseThrow();
  }

  /** As a shell takes {@code line} apart, up to a pipe or what comes from or goes to a file. */
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find() && !word.group().matches("[|<>]")) {
      words.add(word.group().replaceAll("['\"]", ""));
    }
    return words;
  }
}
