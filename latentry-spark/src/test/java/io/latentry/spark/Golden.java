package io.latentry.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The artifact of a table and its rows that the tests of all modules share. */
public final class Golden {
  private static final Path FOLDER =
      Path.of("..", "latentry-it", "src", "test", "resources", "golden");
  public static final Path MODEL = FOLDER.resolve("v1").resolve("model.onnx");
  public static final Path SERIES = FOLDER.resolve("series-v1").resolve("model.onnx");
  public static final Path ROWS = FOLDER.resolve("v1").resolve("input.csv");

  private Golden() {}

  public static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
