package io.latentry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.cli.terminal.DataOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

final class ConfigDiscoveryTest {
  private static final String SEED_OF_THE_FOLDER = "seed: 41\n";

  private static final String STATUS_LEFT_OUT = "status +left out";

  @TempDir Path folder;

  private Path data;

  @BeforeEach
  void aTable() throws IOException {
    data = Tables.write(folder.resolve("data.csv"), 200, 1);
  }

  @Test
  void theFileOfTheFolderHoldsAndIsTold() throws IOException {
    Path found = Files.writeString(folder.resolve("latentry.yaml"), "data: {exclude: [status]}\n");
    Cli plan = run(Map.of(), "plan", data);
    assertThat(plan.exitCode()).isZero();
    assertThat(plan.err()).contains("config: " + found + " (found here; LATENTRY_CONFIG=off");
    assertThat(plan.out()).containsPattern(STATUS_LEFT_OUT);
    assertThat(run(Map.of("LATENTRY_CONFIG", "off"), "plan", data).out())
        .doesNotContainPattern(STATUS_LEFT_OUT);
    assertThat(run(Map.of(), "plan", data, "--quiet").err()).isEmpty();
  }

  @Test
  void theVariableLiesOverTheFolderAndTheOptionOverBoth() throws IOException {
    Files.writeString(folder.resolve("latentry.yaml"), "no_such_key: 1\n");
    Path other = Files.writeString(folder.resolve("other.yaml"), "data: {exclude: [status]}\n");
    Path named = Files.writeString(folder.resolve("named.yaml"), SEED_OF_THE_FOLDER);
    Map<String, String> environment = Map.of("LATENTRY_CONFIG", other.toString());
    Cli plan = run(environment, "plan", data);
    assertThat(plan.err()).contains("config: " + other + " (LATENTRY_CONFIG)");
    assertThat(plan.out()).containsPattern(STATUS_LEFT_OUT);
    Cli told = run(environment, "plan", data, "--config", named);
    assertThat(told.err()).doesNotContain("config: ");
    assertThat(told.out()).doesNotContainPattern(STATUS_LEFT_OUT);
  }

  @Test
  void whatIsWrongWithAFileThatWasFoundIsTold() throws IOException {
    Files.writeString(folder.resolve("latentry.yaml"), "no_such_key: 1\n");
    Cli plan = run(Map.of(), "plan", data);
    assertThat(plan.exitCode()).isEqualTo(2);
    assertThat(plan.err()).contains("latentry.yaml", "no_such_key");
    String none = folder.resolve("none.yaml").toString();
    Cli missing = run(Map.of("LATENTRY_CONFIG", none), "plan", data);
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err()).contains("(LATENTRY_CONFIG)", none + ": no such file");
  }

  @Test
  void aServiceHasAFileOfItsOwn() throws IOException {
    Files.writeString(folder.resolve("latentry.yaml"), SEED_OF_THE_FOLDER);
    Path found = Files.writeString(folder.resolve("latentry-server.yaml"), "port: 9123\n");
    Cli settled = run(Map.of("LATENTRY_CONFIG", "fits.yaml"), "serve", "--print-config");
    assertThat(settled.out()).contains("port: 9123");
    assertThat(settled.err()).contains("config: " + found + " (found here");
    assertThat(run(Map.of("LATENTRY_CONFIG", "off"), "serve", "--print-config").out())
        .contains("port: 8080");
  }

  @Test
  void aServicesFileThatOthersMayWriteIsNotFoundButRefused() throws IOException {
    Path found = Files.writeString(folder.resolve("latentry-server.yaml"), "port: 9123\n");
    Files.setPosixFilePermissions(found, PosixFilePermissions.fromString("rw-rw-r--"));
    Cli refused = run(Map.of(), "serve", "--print-config");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .contains("latentry-server.yaml: of ", "rw-rw-r-- (expected: your own");
    assertThat(run(Map.of(), "serve", "--print-config", "--config", found).out())
        .contains("port: 9123");
    assertThat(run(Map.of("LATENTRY_CONFIG", "off"), "serve", "--print-config").exitCode())
        .isZero();
  }

  @Test
  void everyCommandThatHasTheConfigOfAFitLooksForIt() {
    TreeSet<String> having = new TreeSet<>();
    for (Map.Entry<String, CommandLine> command :
        Latentry.whole(new CapturedTerminal().terminal(false)).getSubcommands().entrySet()) {
      if (hasDataOptions(command.getValue().getCommandSpec())) {
        having.add(command.getKey());
      }
    }
    assertThat(having)
        .containsExactlyInAnyOrder("clean", "compare", "fit", "monitor-training", "plan", "sweep");
    ConfigDiscovery discovery = new ConfigDiscovery(Map.of("LATENTRY_CONFIG", "a.yaml"), folder);
    for (CommandLine command :
        Latentry.whole(new CapturedTerminal().terminal(false)).getSubcommands().values()) {
      var option = command.getCommandSpec().findOption("--config");
      if (option != null) {
        assertThat(discovery.defaultValue(option))
            .as(command.getCommandName())
            .isEqualTo(having.contains(command.getCommandName()) ? "a.yaml" : null);
      }
    }
  }

  private static boolean hasDataOptions(CommandSpec spec) {
    return spec.mixins().values().stream()
        .anyMatch(mixin -> mixin.userObject() instanceof DataOptions || hasDataOptions(mixin));
  }

  private Cli run(Map<String, String> environment, Object... arguments) {
    CapturedTerminal captured = new CapturedTerminal();
    String[] words = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    Supplier<Object> asked = Commands.all(captured.terminal(false)).get(words[0]);
    int exitCode =
        Latentry.run(
            captured.terminal(false),
            new ConfigDiscovery(environment, folder),
            List.of(asked.get()),
            words);
    return new Cli(exitCode, captured.out(), captured.err());
  }
}
