package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.cli.Latentry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stories run, and docs/stories holds what such a run wrote. */
final class StoriesTest {
  private static final Path PAGES = Command.ROOT.resolve("docs/stories");

  @TempDir private Path folder;

  /** The one that takes the least; {@code -Dlatentry.stories=all} for every one. */
  static Stream<String> told() {
    return "all".equals(System.getProperty("latentry.stories"))
        ? Stream.of("medical", "manufacturing", "cyber")
        : Stream.of("medical");
  }

  @ParameterizedTest
  @MethodSource("told")
  void aStoryRunsToItsEndAndWritesItsPage(String story) throws Exception {
    Command.Finished run = Command.latentry(folder, "story", story, "--json");

    assertThat(run.exitCode()).as(run.errors()).isZero();
    JsonNode document = new ObjectMapper().readTree(run.out());
    Path written = folder.resolve("latentry-story-" + story);
    List<String> page = Files.readAllLines(written.resolve("README.md"));
    assertThat(document.at("/steps").size()).isGreaterThan(12);
    assertThat(withoutOutput(page)).isEqualTo(template(story));
    assertThat(page).hasSizeGreaterThan(2 * template(story).size());
    assertThat(pictures(page))
        .isNotEmpty()
        .allSatisfy(
            picture ->
                assertThat(
                        DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(written.resolve(picture).toFile())
                            .getDocumentElement()
                            .getTagName())
                    .isEqualTo("svg"));
    // The service is over, and its process with it.
    assertThat(Files.readString(written.resolve("serve.log"))).contains("ending");
  }

  @ParameterizedTest
  @ValueSource(strings = {"medical", "manufacturing", "cyber"})
  void thePagesInTheDocumentationAreThoseOfARun(String story) throws IOException {
    List<String> page = Files.readAllLines(PAGES.resolve(story + "/README.md"));

    assertThat(withoutOutput(page)).isEqualTo(template(story));
    assertThat(pictures(page))
        .isNotEmpty()
        .allSatisfy(picture -> assertThat(PAGES.resolve(story).resolve(picture)).isNotEmptyFile());
  }

  private static List<String> pictures(List<String> page) {
    return page.stream()
        .filter(line -> line.startsWith("!["))
        .map(line -> line.replaceAll(".*]\\((.*)\\)", "$1"))
        .toList();
  }

  /** Without what commands said, which a blank line comes before. */
  private static List<String> withoutOutput(List<String> page) {
    String text = String.join("\n", page) + "\n";
    return text.replaceAll("(?ms)^\\n```text\\n.*?^```\\n", "").lines().toList();
  }

  private static List<String> template(String story) throws IOException {
    try (InputStream page = Latentry.class.getResourceAsStream("story/" + story + ".md")) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("<!-- picture "))
          .toList();
    }
  }
}
