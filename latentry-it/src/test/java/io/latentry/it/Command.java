package io.latentry.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs programs as a user does. */
final class Command {
  /** The checkout: Maven runs tests in the folder of their module. */
  static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private Command() {}

  record Finished(int exitCode, String out, String errors) {}

  /** Latentry as these tests were compiled against it, in a process of its own. */
  static Finished latentry(Path folder, String... arguments)
      throws IOException, InterruptedException {
    return java(folder, folder, "io.latentry.cli.Latentry", arguments);
  }

  /**
   * Runs {@code mainClass} in {@code folder}.
   *
   * @param classes a folder of classes before those of this test
   */
  static Finished java(Path folder, Path classes, String mainClass, String... arguments)
      throws IOException, InterruptedException {
    // An argument file: ONNX Runtime's telemetry reads the whole command line.
    Path options = Files.createTempFile("latentry", ".options");
    try {
      String classPath = classes + File.pathSeparator + System.getProperty("java.class.path");
      Files.writeString(
          options,
          "--add-opens=java.base/java.nio=ALL-UNNAMED\n-cp\n\""
              + classPath.replace("\\", "\\\\")
              + "\"\n");
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("@" + options);
      command.add(mainClass);
      command.addAll(List.of(arguments));
      return run(folder, command);
    } finally {
      Files.delete(options);
    }
  }

  static Finished run(Path folder, List<String> command) throws IOException, InterruptedException {
    Path out = Files.createTempFile("command", ".out");
    Path errors = Files.createTempFile("command", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(errors.toFile())
              .start();
      process.getOutputStream().close();
      int exitCode = process.waitFor();
      return new Finished(exitCode, Files.readString(out), Files.readString(errors));
    } finally {
      Files.delete(out);
      Files.delete(errors);
    }
  }
}
