package io.latentry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of the manual, and what shells complete. */
final class ManualTest {
  @TempDir Path folder;

  @Test
  void everyCommandHasAPageThatNamesEachOption() {
    Map<String, String> pages = Manual.pages(new CapturedTerminal().terminal(false));

    assertThat(pages).containsKeys("latentry", "latentry-fit", "latentry-score", "latentry-serve");
    assertThat(pages.get("latentry")).contains("\\fBlatentry\\-fit\\fR(1)");
    assertThat(pages.get("latentry-fit"))
        .startsWith(".TH \"LATENTRY\\-FIT\" 1\n")
        .contains(".SH \"NAME\"\nlatentry\\-fit \\- ")
        .contains("\\fB\\-\\-label=COL\\fR")
        .contains("\\fB\\-\\-dry\\-run\\fR")
        .contains("plain, beta, vamp")
        .doesNotContain("${");
    assertThat(pages.values())
        .allSatisfy(
            page ->
                assertThat(page.lines().filter(line -> line.startsWith(".")))
                    .allMatch(line -> line.matches("\\.(TH|SH|TP|nf|fi)( .*)?")));
  }

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash");
    Path script = script("bash");

    assertThat(completed(script, "latentry", "sc")).contains("score").doesNotContain("fit");
    assertThat(completed(script, "latentry", "fit", "--fal")).contains("--false-alarm-rate");
    assertThat(completed(script, "latentry", "fit", "--model", "fl"))
        .contains("flow-posterior", "flow-prior")
        .doesNotContain("plain");
  }

  @Test
  void theScriptForZshBeginsAsZshLooksForIt() throws Exception {
    assertThat(Files.readAllLines(script("zsh"))).startsWith("#compdef latentry");
  }

  @Test
  void anotherShellIsWrongUsage() {
    Cli run = Cli.run("completion", "fish");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("bash").contains("zsh");
  }

  private Path script(String shell) throws IOException {
    Cli run = Cli.run("completion", shell);
    assertThat(run.exitCode()).isZero();
    return Files.writeString(folder.resolve(shell), run.out());
  }

  /** What a real bash proposes for the last of the words. */
  private List<String> completed(Path script, String... words) throws Exception {
    String ask =
        """
        source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
        _complete_latentry latentry "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """;
    ArrayList<String> command =
        new ArrayList<>(List.of("/bin/bash", "--norc", "-c", ask, "ask", script.toString()));
    command.addAll(List.of(words));
    Process bash = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(out).isZero();
    return out.lines().map(String::strip).toList();
  }
}
