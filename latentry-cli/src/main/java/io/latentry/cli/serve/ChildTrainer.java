package io.latentry.cli.serve;

import io.latentry.cli.terminal.ThisProgram;
import io.latentry.server.retraining.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** This program as a child process, behind callers where the system lets it be. */
final class ChildTrainer implements Trainer {
  private static final List<Path> NICE = List.of(Path.of("/usr/bin/nice"), Path.of("/bin/nice"));

  @Override
  public List<String> command(Path folder, int heapMegabytes, int cores, List<String> arguments) {
    List<String> retrain = new ArrayList<>(List.of("retrain"));
    retrain.addAll(arguments);
    List<String> command = new ArrayList<>();
    Optional<Path> nice = NICE.stream().filter(Files::isExecutable).findFirst();
    nice.ifPresent(program -> command.addAll(List.of(program.toString(), "-n", "10")));
    // A variable of Java's may have the service begin with more than this may have.
    List<String> options = new ArrayList<>(List.of("-Xms64m", "-Xmx" + heapMegabytes + "m"));
    if (cores > 0) {
      options.add("-XX:ActiveProcessorCount=" + cores);
    }
    command.addAll(ThisProgram.command(folder.resolve("java.options"), options, retrain));
    return command;
  }
}
