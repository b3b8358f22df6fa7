package io.latentry.cli.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StoryPageTest {
  @TempDir Path folder;

  @Test
  void aPageIsProseCommandsAndPictures() {
    StoryPage page =
        StoryPage.of(
            """
            # Title
            ```sh
            latentry fit a.csv \\
              -o m.onnx
            mkdir -p models
            ```
            <!-- picture s.svg of scored.csv model=m.onnx at=time -->
            ![s](s.svg)
            """);

    StoryPage.Commands commands =
        new StoryPage.Commands(List.of("latentry fit a.csv \\", "  -o m.onnx", "mkdir -p models"));
    assertThat(page.parts())
        .containsExactly(
            new StoryPage.Prose("# Title\n"),
            commands,
            new StoryPage.Picture("s.svg", "scored.csv", Map.of("model", "m.onnx", "at", "time")),
            new StoryPage.Prose("![s](s.svg)\n"));
    assertThat(commands.whole()).containsExactly("latentry fit a.csv -o m.onnx", "mkdir -p models");
  }

  @ParameterizedTest
  @EnumSource(Story.class)
  void everyFileThatAStoryBeginsWithHasRows(Story story) throws IOException {
    story.writeData(folder);

    try (var files = Files.list(folder)) {
      assertThat(files.filter(file -> file.toString().endsWith(".csv")))
          .hasSizeGreaterThanOrEqualTo(3)
          .allSatisfy(file -> assertThat(Files.readAllLines(file)).hasSizeGreaterThan(100));
    }
  }

  @Test
  void theCameraOfTheLaboratoryShowsLengthsLargerAndNothingElse() {
    Table cells = new Table(List.of("mean_radius,mean_area,mean_texture,diagnosis", "10,100,3,b"));

    assertThat(
            cells
                .scaled(name -> name.contains("area") ? 1.21 : name.contains("radius") ? 1.1 : 1)
                .lines())
        .containsExactly("mean_radius,mean_area,mean_texture,diagnosis", "11.0,121.00,3,b");
  }

  @Test
  void wednesdayHasAttacksInTheOrderOfTime() throws IOException {
    Story.CYBER.writeData(folder);

    List<String> rows = Files.readAllLines(folder.resolve("wednesday.csv"));
    assertThat(rows.subList(1, rows.size())).isSorted();
    assertThat(rows.stream().filter(row -> row.matches(".*,(sqli|xss|cmdi|path-traversal)")))
        .hasSize(25);
  }
}
