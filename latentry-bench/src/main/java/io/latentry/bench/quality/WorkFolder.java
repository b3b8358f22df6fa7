package io.latentry.bench.quality;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A folder for the files of a benchmark, deleted with all that is in it.
 *
 * @param path of the folder, which is there
 */
public record WorkFolder(Path path) implements AutoCloseable {
  /**
   * A new one among the temporary files.
   *
   * @param name that its own begins with
   * @throws UncheckedIOException if it cannot be made
   */
  public static WorkFolder of(String name) {
    try {
      return new WorkFolder(Files.createTempDirectory(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws UncheckedIOException if something in it cannot be deleted
   */
  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
