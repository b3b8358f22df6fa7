package io.latentry.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form: tiny sizes, and programs that only note what they were asked. */
final class GrowthBenchmarkTest {
  private static final GrowthBenchmark.Size TINY =
      new GrowthBenchmark.Size(
          4,
          50,
          60,
          70,
          2,
          120,
          longs(40, 80, 160),
          longs(50, 100, 200),
          longs(3, 6),
          longs(8, 16),
          longs(1, 2),
          longs(16, 32));

  @TempDir private Path folder;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(text, true, StandardCharsets.UTF_8);

  @Test
  void everyPartIsMeasuredBesideRivalsAndWrittenAsAPageWithPictures() throws IOException {
    Path asked = folder.resolve("asked");
    Path ours = program("latentry", "echo \"ours $*\" >> " + asked);
    Path rival = program("python", "echo \"rival $*\" >> " + asked + "; echo versions");

    run(ours, Optional.of(rival), 60, List.of("rows", "columns", "codes", "keys", "images"));

    String page = Files.readString(folder.resolve("page.md"));
    assertThat(page)
        .contains(
            "## Rows", "## Columns", "## Stored codes", "## Keys of a series", "an image's side")
        .contains("| rows, score | Latentry | kNN | isolation forest | PyOD's VAE |")
        .contains("| 160 | ", "| 200 | ", "on a machine of a test")
        .doesNotContain("ends:");
    for (String part : List.of("rows", "columns", "codes", "keys", "images")) {
      assertThat(folder.resolve("page").resolve(part + ".svg")).exists();
    }
    assertThat(Files.readString(asked))
        .contains("ours fit ", "ours score ", "rival ", " fit vae ", " score ")
        .contains("--key machine --time t --window 16", "--image-size 32", "--config ");
  }

  @Test
  void aRivalThatTakesTooLongIsEndedAndAskedNoMore() throws IOException {
    Path asked = folder.resolve("asked");
    Path rival =
        program(
            "python",
            "[ $2 = fit ] || { echo v; exit 0; }; echo $3 >> " + asked + "; exec sleep 300");

    run(program("latentry", ":"), Optional.of(rival), 0, List.of("columns"));

    assertThat(Files.readAllLines(asked)).doesNotHaveDuplicates();
    assertThat(Files.readString(folder.resolve("page.md")))
        .contains("- fit, kNN, ends: 3 took more than 0 s", "- score, kNN, ends: no fit of more")
        .doesNotContain("Latentry, ends");
  }

  @Test
  void aRivalThatFailsIsAskedNoMoreAndSaysWhy() throws IOException {
    Path rival =
        program("python", "[ \"$2 $3\" != 'fit iforest' ] || { echo no memory; exit 1; }; echo v");

    run(program("latentry", ":"), Optional.of(rival), 60, List.of("columns"));

    assertThat(Files.readString(folder.resolve("page.md")))
        .contains("- fit, isolation forest, ends: 3 failed: no memory")
        .contains("- score, isolation forest, ends: no fit of more")
        .doesNotContain("kNN, ends");
  }

  @Test
  void withoutAnInterpreterOursIsMeasuredAlone() throws IOException {
    run(program("latentry", ":"), Optional.empty(), 60, List.of("columns"));

    assertThat(Files.readString(folder.resolve("page.md")))
        .contains("rivals lack", "| columns, fit | Latentry |")
        .doesNotContain("kNN");
  }

  @Test
  void aFitOfOursThatFailsIsOnThePageAndFailsTheRun() throws IOException {
    Path ours = program("latentry", "[ $1 != fit ] || { echo broken; exit 3; }");

    assertThatThrownBy(() -> run(ours, Optional.empty(), 60, List.of("columns")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("failed");
    assertThat(Files.readString(folder.resolve("page.md")))
        .contains("- fit, Latentry, ends: 3 failed: broken");
  }

  @Test
  void aPartThatIsNoneIsRefused() throws IOException {
    assertThatThrownBy(() -> run(folder, Optional.empty(), 60, List.of("row")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'row'");
  }

  private void run(Path ours, Optional<Path> rival, int limit, List<String> parts)
      throws IOException {
    GrowthBenchmark.run(
        TINY,
        new GrowthBenchmark.Request(
            ours, rival, parts, limit, "on a machine of a test", folder.resolve("page.md")),
        Files.createDirectory(folder.resolve("work")),
        out);
  }

  private Path program(String name, String script) throws IOException {
    Path program = folder.resolve(name);
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  private static long[] longs(long... values) {
    return values;
  }
}
