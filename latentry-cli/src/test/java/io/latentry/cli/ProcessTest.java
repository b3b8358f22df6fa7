package io.latentry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own: what only signals and real streams can show. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals and /dev/full")
final class ProcessTest {
  private static final long PATIENCE_SECONDS = 120;

  @TempDir Path folder;

  @Test
  void anInterruptedFitLeavesACheckpointAndTheSameCommandGoesOn() throws Exception {
    Path data = Tables.write(folder.resolve("data.csv"), 100, 1);
    Path longRun =
        Files.writeString(
            folder.resolve("long.yaml"),
            """
            model: {members: 1, hidden: [8]}
            training: {steps: 1000000, patience: 1000000}
            """);
    Path model = folder.resolve("m.onnx");
    Path checkpoints = folder.resolve("m.onnx.checkpoint");
    Process fit = start("fit", data, "-o", model, "--config", longRun, "--exclude", "status");
    waitForAFileIn(checkpoints);
    // As Ctrl-C, by another signal: a process begun in the background may be deaf to Ctrl-C.
    fit.destroy();
    assertThat(fit.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(folder.resolve("err")))
        .contains("interrupted")
        .contains("checkpoint")
        .doesNotContain("\tat ");
    assertThat(fit.exitValue()).isNotZero();
    assertThat(model).doesNotExist();
    try (Stream<Path> files = Files.list(checkpoints)) {
      assertThat(files).isNotEmpty();
    }
    Process again = start("fit", data, "-o", model, "--config", longRun, "--exclude", "status");
    TimeUnit.SECONDS.sleep(4);
    again.destroy();
    assertThat(again.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(folder.resolve("err"))).contains("going on from the checkpoint");
  }

  @Test
  void aFullDiskIsToldAndEndsWithOne() throws Exception {
    Process help = starting("--help").redirectOutput(new File("/dev/full")).start();
    assertThat(help.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(help.exitValue()).isEqualTo(1);
    assertThat(Files.readString(folder.resolve("err"))).contains("standard output");
  }

  @Test
  void aReaderThatHasSeenEnoughIsNoFailure() throws Exception {
    Process help = starting("--help").start();
    help.getInputStream().close();
    assertThat(help.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(help.exitValue()).isEqualTo(141);
    assertThat(Files.readString(folder.resolve("err"))).isEmpty();
  }

  private Process start(Object... arguments) throws IOException {
    return starting(arguments).redirectOutput(folder.resolve("out").toFile()).start();
  }

  private ProcessBuilder starting(Object... arguments) throws IOException {
    // An argument file keeps the command line short, which ONNX Runtime's telemetry reads.
    Path options = folder.resolve("java.options");
    Files.writeString(
        options,
        "--add-opens=java.base/java.nio=ALL-UNNAMED\n-cp\n\""
            + System.getProperty("java.class.path")
            + "\"\n");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + options);
    command.add(Latentry.class.getName());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new ProcessBuilder(command).redirectError(folder.resolve("err").toFile());
  }

  private static void waitForAFileIn(Path checkpoints) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < end) {
      if (Files.isDirectory(checkpoints)) {
        try (Stream<Path> files = Files.list(checkpoints)) {
          if (files.findAny().isPresent()) {
            return;
          }
        }
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError("no checkpoint after " + PATIENCE_SECONDS + " s");
  }
}
