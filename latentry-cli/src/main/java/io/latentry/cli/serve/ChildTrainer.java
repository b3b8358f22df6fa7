package io.latentry.cli.serve;

import io.latentry.core.fault.FaultWords;
import io.latentry.server.retraining.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * This program as a child process, in the Java that runs it and behind callers where the system
 * lets it be.
 */
final class ChildTrainer implements Trainer {
  private static final List<Path> NICE = List.of(Path.of("/usr/bin/nice"), Path.of("/bin/nice"));

  /** Of the memory that this process was given, and what would have two of them at one port. */
  private static final List<String> OWN =
      List.of(
          "-Xmx",
          "-Xms",
          "-XX:MaxRAMPercentage",
          "-XX:InitialRAMPercentage",
          "-agentlib",
          "-javaagent",
          "-Dcom.sun.management",
          "-XX:SharedArchiveFile",
          "-XX:ArchiveClassesAtExit");

  @Override
  public List<String> command(Path folder, int heapMegabytes, List<String> arguments) {
    List<String> options = new ArrayList<>();
    for (String given : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (OWN.stream().noneMatch(given::startsWith)) {
        options.add(given);
      }
    }
    options.add("-Xmx" + heapMegabytes + "m");
    options.add("-cp");
    options.add(System.getProperty("java.class.path"));
    Path file = folder.resolve("java.options");
    try {
      // A file keeps the command line short: ONNX Runtime's telemetry reads all of it.
      Files.write(file, options.stream().map(ChildTrainer::quoted).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written: " + FaultWords.of(e), e);
    }
    List<String> command = new ArrayList<>();
    Optional<Path> nice = NICE.stream().filter(Files::isExecutable).findFirst();
    nice.ifPresent(program -> command.addAll(List.of(program.toString(), "-n", "10")));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + file);
    command.add(main());
    command.add("retrain");
    command.addAll(arguments);
    return command;
  }

  /** By its name, in the room above: it knows every command, and none knows it. */
  private static String main() {
    String room = ChildTrainer.class.getPackageName();
    return room.substring(0, room.lastIndexOf('.')) + ".Latentry";
  }

  private static String quoted(String option) {
    return '"' + option.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
