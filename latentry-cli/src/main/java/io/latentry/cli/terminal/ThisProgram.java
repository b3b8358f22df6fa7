package io.latentry.cli.terminal;

import io.latentry.core.fault.FaultWords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** This program as a child process, in the Java that runs it. */
public final class ThisProgram {
  /** How much memory this process may have for its objects. */
  private static final List<String> MOST_MEMORY = List.of("-Xmx", "-XX:MaxHeapSize", "-XX:MaxRAM");

  /**
   * Of the memory that this process was given, how a service collects garbage in it, its terminal,
   * and what would have two of them at one port.
   */
  private static final List<String> OWN =
      List.of(
          "-Xms",
          "-Xmn",
          "-XX:InitialHeapSize",
          "-XX:InitialRAM",
          "-XX:MaxNewSize",
          "-XX:+AlwaysPreTouch",
          "-XX:MetaspaceSize",
          "-XX:G1",
          "-XX:GCTimeRatio",
          "-XX:MinHeapFreeRatio",
          "-XX:MaxHeapFreeRatio",
          "-agentlib",
          "-javaagent",
          "-Dcom.sun.management",
          "-XX:SharedArchiveFile",
          "-XX:ArchiveClassesAtExit",
          "-D" + Terminal.ERROR_IS_TERMINAL_PROPERTY,
          "-D" + Terminal.OUTPUT_IS_TERMINAL_PROPERTY,
          "-D" + Terminal.COLUMNS_PROPERTY);

  private static final Pattern COLLECTOR = Pattern.compile("-XX:[+-]Use\\w+GC");

  /** As the launchers have it for everything but a service; G1 may be a variable's wish. */
  private static final List<String> SOONEST =
      List.of("-XX:-UseG1GC", "-XX:+UseParallelGC", "-XX:MaxNewSize=512m");

  private ThisProgram() {}

  /**
   * The command that starts it. It collects garbage as the launchers have it for everything but a
   * service, and has no more memory than Java gives unasked unless {@code more} says so.
   *
   * @param optionsFile is written, and read by the child
   * @param more options of the child's Java, beside those of this one
   */
  public static List<String> command(Path optionsFile, List<String> more, List<String> arguments) {
    List<String> options = inherited(given());
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

  /** The options that say how much memory this process may have, for a child that may as much. */
  public static List<String> mostMemory() {
    return mostMemory(given());
  }

  static List<String> mostMemory(List<String> given) {
    return given.stream().filter(option -> startsWithAny(option, MOST_MEMORY)).toList();
  }

  /** What a child has of the options that this process was given. */
  static List<String> inherited(List<String> given) {
    List<String> options = new ArrayList<>();
    for (String option : given) {
      if (!startsWithAny(option, MOST_MEMORY)
          && !startsWithAny(option, OWN)
          && !COLLECTOR.matcher(option).matches()) {
        options.add(option);
      }
    }
    options.addAll(SOONEST);
    return options;
  }

  private static List<String> given() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments();
  }

  private static boolean startsWithAny(String option, List<String> beginnings) {
    return beginnings.stream().anyMatch(option::startsWith);
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
