package io.latentry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import io.latentry.core.data.DataException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class LatentryTest {
  private final CapturedTerminal captured = new CapturedTerminal();

  @Test
  void succeedsWithZero() {
    assertThat(run(null, "try")).isZero();
  }

  @Test
  void wrongUsageEndsWithTwoAndNamesTheHelp() {
    assertThat(run(null, "try", "--no-such-option")).isEqualTo(2);
    assertThat(captured.err()).contains("--no-such-option").contains("see: latentry try --help");
    assertThat(run(null)).isEqualTo(2);
    assertThat(run(null, "no-such-command")).isEqualTo(2);
  }

  @Test
  void unusableDataEndsWithThreeAndOneLine() {
    assertThat(run(new DataException("age: 'abc' (expected: a number)"), "try")).isEqualTo(3);
    assertThat(captured.err().lines()).containsExactly("latentry: age: 'abc' (expected: a number)");
  }

  @Test
  void otherFailuresEndWithOneAndNoStackTrace() {
    assertThat(run(new NoSuchFileException("a.csv"), "try")).isEqualTo(1);
    assertThat(captured.err()).contains("a.csv: no such file").doesNotContain("\tat ");
  }

  @Test
  void verboseShowsTheStackTrace() {
    assertThat(run(new IllegalStateException("broken"), "try", "--verbose")).isEqualTo(1);
    assertThat(captured.err()).contains("\tat io.latentry.cli");
  }

  @Test
  void whatOthersWroteIsHarmlessInAFailureHoweverItIsAskedFor() {
    DataException hostile = new DataException("\u001b]0;owned\u0007\u009b31m\u202eabc");
    for (String how : List.of("--json", "--verbose")) {
      int unused = run(hostile, "try", how);
      assertThat(captured.err() + captured.out())
          .as(how)
          .doesNotContainPattern("[\\x1b\\x07\\x9b\\u202e]");
    }
    assertThat(captured.err()).isNotEmpty();
  }

  @Test
  void jsonFailuresAreOneDocument() throws Exception {
    assertThat(run(new DataException("no rows"), "try", "--json")).isEqualTo(3);
    var error = new ObjectMapper().readTree(captured.out()).get("error");
    assertThat(error.get("message").asText()).isEqualTo("no rows");
    assertThat(error.get("exit_code").asInt()).isEqualTo(3);
    assertThat(captured.err()).isEmpty();
  }

  @Test
  void aMistypedCommandOrOptionIsAnsweredWithTheOneThatWasMeant() {
    assertThat(Cli.run("scroe").err()).contains("did you mean score?");
    assertThat(Cli.run("fit", "a.csv", "-o", "m.onnx", "--lable", "b").err())
        .contains("did you mean --label?")
        .contains("see: latentry fit --help");
    assertThat(Cli.run("xyz").err())
        .contains("expected: one of demo, story, plan")
        .doesNotContain("mean");
  }

  @Test
  void onlyTheCommandThatIsAskedForIsMade() {
    assertThat(Cli.run("inspect", "--help").out()).startsWith("Usage: latentry inspect");
    assertThat(Cli.run("--version").out()).startsWith("latentry ");
    Commands.all(captured.terminal(false))
        .forEach(
            (name, command) ->
                assertThat(new CommandLine(command.get()).getCommandName()).isEqualTo(name));
  }

  @Test
  void nothingIsColouredWhereNoTerminalIs() {
    for (String command : List.of("--help", "fit", "scroe", "doctor")) {
      Cli run = Cli.run(command, "--help");
      assertThat(run.out() + run.err()).as(command).doesNotContain("\u001b");
    }
  }

  @Test
  void helpNamesEveryCommand() {
    Terminal terminal = captured.terminal(false);
    assertThat(Latentry.run(terminal, "--help")).isZero();
    assertThat(captured.out()).contains("doctor").contains("Exit codes");
  }

  private int run(Exception failure, String... arguments) {
    return Latentry.run(captured.terminal(false), List.of(new Try(failure)), arguments);
  }

  @Command(name = "try")
  private static final class Try implements Callable<Integer> {
    private final Exception failure;
    @Mixin private final GlobalOptions options = new GlobalOptions();

    Try(Exception failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      if (failure != null && !options.quiet()) {
        throw failure;
      }
      return 0;
    }
  }
}
