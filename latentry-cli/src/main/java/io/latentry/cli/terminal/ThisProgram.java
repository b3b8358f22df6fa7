package io.latentry.cli.terminal;

import io.latentry.core.fault.FaultWords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program as a child process, in the Java that runs it. */
public final class ThisProgram {
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

  private ThisProgram() {}

  /**
   * The command that starts it.
   *
   * @param optionsFile is written, and read by the child
   * @param more options of the child's Java, beside those of this one
   */
  public static List<String> command(Path optionsFile, List<String> more, List<String> arguments) {
    List<String> options = new ArrayList<>();
    for (String given : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (OWN.stream().noneMatch(given::startsWith)) {
        options.add(given);
      }
    }
    options.addAll(more);
    options.add("-cp");
    options.add(System.getProperty("java.class.path"));
    try {
      // A file keeps the command line short: ONNX Runtime's telemetry reads all of it.
      Files.write(optionsFile, options.stream().map(ThisProgram::quoted).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(optionsFile + ": cannot be written: " + FaultWords.of(e), e);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + optionsFile);
    command.add(main());
    command.addAll(arguments);
    return command;
  }

  /** By its name, in the room above: it knows every command, and none knows it. */
  private static String main() {
    String room = ThisProgram.class.getPackageName();
    return room.substring(0, room.lastIndexOf('.')) + ".Latentry";
  }

  private static String quoted(String option) {
    return '"' + option.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
