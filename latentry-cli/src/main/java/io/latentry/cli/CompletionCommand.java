package io.latentry.cli;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.WrongUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What a shell needs to complete commands and options. */
@Command(
    name = "completion",
    description = "Prints a script that completes commands and options in bash or zsh.",
    footer = {
      "",
      "Examples:",
      "  source <(latentry completion bash)",
      "  latentry completion bash > ~/.local/share/bash-completion/completions/latentry",
      "  source <(latentry completion zsh)"
    })
final class CompletionCommand implements Callable<Integer> {
  /** Shells that are known. */
  private static final class Shells extends ArrayList<String> {
    Shells() {
      super(List.of("bash", "zsh"));
    }
  }

  private final Terminal terminal;

  @Parameters(
      paramLabel = "SHELL",
      completionCandidates = Shells.class,
      description = "One of: ${COMPLETION-CANDIDATES}.")
  private String shell = "bash";

  @Mixin private final GlobalOptions options = new GlobalOptions();

  CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (!new Shells().contains(shell)) {
      throw new WrongUsage("SHELL: '" + shell + "' (expected: bash or zsh)");
    }
    String script = script(terminal, shell.equals("zsh"));
    new CommandOutput(terminal, options).result(script, Map.of("shell", shell, "script", script));
    return ExitCode.OK.number();
  }

  /** One script does for both: in zsh it stands on that one's own support of bash's. */
  static String script(Terminal terminal, boolean zsh) {
    String script = AutoComplete.bash("latentry", Latentry.whole(terminal));
    return zsh ? "#compdef latentry\n" + script : script;
  }
}
