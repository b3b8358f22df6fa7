package io.latentry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * What a story types is what the command line takes; that stories run is tested beside the README.
 */
final class StoryCommandsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"cyber", "manufacturing", "medical"})
  void everyCommandOfAStoryHasTheOptionsThatItIsGiven(String story) throws IOException {
    CommandLine line = Latentry.whole(new CapturedTerminal().terminal(false));
    try (InputStream page = StoryCommandsTest.class.getResourceAsStream("story/" + story + ".md")) {
      List<String[]> commands =
          new String(page.readAllBytes(), StandardCharsets.UTF_8)
              .replace("\\\n", " ")
              .lines()
              .filter(command -> command.startsWith("latentry "))
              .map(command -> command.replaceAll("'[^']*'|\"[^\"]*\"", "quoted").split("\\s+", -1))
              .toList();
      assertThat(commands).hasSizeGreaterThan(8);
      for (String[] words : commands) {
        boolean behind = words[words.length - 1].equals("&");
        String[] given = Arrays.copyOfRange(words, 1, words.length - (behind ? 1 : 0));
        assertThat(line.parseArgs(given).subcommand()).as(String.join(" ", words)).isNotNull();
      }
    }
  }

  @Test
  void withoutANameTheStoriesAreListed() throws Exception {
    assertThat(Cli.run("story").out()).contains("cyber").contains("manufacturing");
    assertThat(Cli.run("story", "--json").json()).hasSize(3);
    Cli unknown = Cli.run("story", "cats");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("expected: cyber, manufacturing, medical");
  }

  @Test
  void aFolderThatHoldsSomethingIsLeftAsItIs() throws IOException {
    Path kept = Files.writeString(folder.resolve("kept"), "mine");
    Cli run = Cli.run("story", "medical", "-o", folder);
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("not empty").contains("-o");
    assertThat(folder).isDirectoryContaining(kept::equals).isDirectoryNotContaining("glob:**.csv");
  }
}
