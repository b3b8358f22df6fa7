package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.pipeline.sample.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documentation shows compiles and runs. */
final class ExamplesTest {
  private static final Path EXAMPLE = Command.ROOT.resolve("examples/java/FitAndJudge.java");
  private static final Path README = Command.ROOT.resolve("README.md");

  @TempDir private Path folder;

  @Test
  void theJavaExampleCompilesAndScores() throws Exception {
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", folder.toString(), EXAMPLE.toString());
    assertThat(compiled).isZero();

    Path data = folder.resolve("data.csv");
    SampleData.BREAST_CANCER.copyTo(data);
    Command.Finished finished =
        Command.java(
            folder,
            folder,
            "FitAndJudge",
            data.toString(),
            folder.resolve("model.onnx").toString());

    assertThat(finished.exitCode()).as(finished.errors()).isZero();
    assertThat(finished.out().lines()).hasSize(569);
    assertThat(finished.out()).contains("NORMAL").contains("ANOMALY").doesNotContain("NaN");
  }

  @Test
  void theReadmesJavaIsTheCompiledExample() throws IOException {
    List<String> snippets = blocks("java");
    assertThat(snippets)
        .allSatisfy(
            snippet -> assertThat(squeezed(Files.readString(EXAMPLE))).contains(squeezed(snippet)));
  }

  @Test
  void theReadmesCommandsRun() throws Exception {
    for (String block : blocks("sh")) {
      for (String line : block.lines().filter(l -> l.startsWith("./latentry ")).toList()) {
        // A service would run on; that it starts and ends is tested where it is a process.
        String ending = line.startsWith("./latentry serve ") ? line + " --print-config" : line;
        String[] words = ending.strip().split("\\s+", -1);
        String[] arguments = java.util.Arrays.copyOfRange(words, 1, words.length);
        Command.Finished finished = Command.latentry(folder, arguments);
        assertThat(finished.exitCode()).as("%s%n%s", line, finished.errors()).isZero();
      }
    }
  }

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```")
        .matcher(Files.readString(README))
        .results()
        .map((MatchResult r) -> r.group(1))
        .collect(Collectors.toList());
  }

  private static String squeezed(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
