package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.testing.Needs;
import io.latentry.it.guide.GuideService;
import io.latentry.it.guide.GuidedCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the guides type, typed: on the files that they name, against a service that has alarms. */
final class GuidesTest {
  private static final Path DOCS = Command.ROOT.resolve("docs");

  /**
   * Run by {@link ExamplesTest}, but for those of the service and of series in it, which run beside
   * the service, and those of images, which run beside the command line.
   */
  private static final Set<String> ELSEWHERE =
      Set.of("drift.md", "images.md", "series.md", "service.md", "tutorial.md");

  @TempDir private static Path folder;
  private static GuideService service;

  @BeforeAll
  static void start() throws Exception {
    service = GuideService.start(folder, DOCS);
  }

  @AfterAll
  static void end() throws Exception {
    service.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "install.md",
        "operations.md",
        "security.md",
        "retraining.md",
        "watching.md",
        "streams.md"
      })
  void everyCommandOfAGuideRuns(String page) throws Exception {
    Needs.toRun("curl", "curl", "--version");
    List<GuidedCommand> commands = GuidedCommand.of(DOCS.resolve(page));
    assertThat(commands).isNotEmpty();
    for (GuidedCommand command : commands) {
      service.run(command);
    }
  }

  @Test
  void noPageHasCommandsThatNothingRuns() throws Exception {
    Set<String> run =
        Stream.of(getClass().getDeclaredMethods())
            .map(method -> method.getAnnotation(ValueSource.class))
            .filter(source -> source != null)
            .flatMap(source -> Stream.of(source.strings()))
            .collect(Collectors.toSet());
    try (Stream<Path> pages = Files.list(DOCS)) {
      for (Path page : pages.filter(file -> file.toString().endsWith(".md")).toList()) {
        if (!GuidedCommand.of(page).isEmpty()) {
          String name = page.getFileName().toString();
          assertThat(run.contains(name) || ELSEWHERE.contains(name)).as(name).isTrue();
        }
      }
    }
  }
}
