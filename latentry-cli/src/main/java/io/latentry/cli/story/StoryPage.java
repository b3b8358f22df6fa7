package io.latentry.cli.story;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of Markdown. Blocks of {@code sh} are commands; a comment {@code <!-- picture FILE.svg of
 * SCORED.csv key=value ... -->} asks for a {@link ScorePicture}; all else is prose.
 */
record StoryPage(List<Part> parts) {
  private static final String FENCE = "```";
  private static final Pattern PICTURE = Pattern.compile("<!-- picture (\\S+) of (\\S+)(.*) -->");

  sealed interface Part {}

  /** As it stands, with its line ends. */
  record Prose(String text) implements Part {}

  /**
   * @param lines as written; one that ends in a backslash goes on in the next
   */
  record Commands(List<String> lines) implements Part {
    /** The commands, each on one line. */
    List<String> whole() {
      List<String> whole = new ArrayList<>();
      StringBuilder begun = new StringBuilder();
      for (String line : lines) {
        boolean goesOn = line.endsWith("\\");
        begun.append(goesOn ? line.substring(0, line.length() - 1).strip() + " " : line.strip());
        if (!goesOn) {
          whole.add(begun.toString());
          begun.setLength(0);
        }
      }
      return whole;
    }
  }

  /**
   * @param settings what a {@link ScorePicture} shows of the file
   */
  record Picture(String file, String scored, Map<String, String> settings) implements Part {}

  static StoryPage of(String markdown) {
    List<Part> parts = new ArrayList<>();
    StringBuilder prose = new StringBuilder();
    List<String> lines = markdown.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      Matcher picture = PICTURE.matcher(line);
      if (line.equals(FENCE + "sh")) {
        end(prose, parts);
        int first = i + 1;
        do {
          i++;
        } while (!lines.get(i).equals(FENCE));
        parts.add(new Commands(List.copyOf(lines.subList(first, i))));
      } else if (picture.matches()) {
        end(prose, parts);
        Map<String, String> settings = new HashMap<>();
        for (String word : picture.group(3).strip().split("\\s+", -1)) {
          String[] pair = word.split("=", 2);
          settings.put(pair[0], pair[1]);
        }
        parts.add(new Picture(picture.group(1), picture.group(2), Map.copyOf(settings)));
      } else {
        prose.append(line).append('\n');
      }
    }
    end(prose, parts);
    return new StoryPage(List.copyOf(parts));
  }

  private static void end(StringBuilder prose, List<Part> parts) {
    if (!prose.isEmpty()) {
      parts.add(new Prose(prose.toString()));
      prose.setLength(0);
    }
  }
}
