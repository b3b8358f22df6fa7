package io.latentry.pipeline.report;

import io.latentry.core.artifact.ArtifactException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Publishes a report: written beside its place, then renamed, so that no half file is ever seen.
 */
public final class ReportWriter {
  private ReportWriter() {}

  /**
   * Writes the report on a fit; the same data gives the same bytes. On failure {@code target} is
   * left as it was.
   */
  public static void write(ReportData data, Path target) throws IOException {
    publish(FitReport.html(data), target);
  }

  static void publish(String html, Path target) throws IOException {
    publish(html.getBytes(StandardCharsets.UTF_8), target);
  }

  /**
   * Refuses a place where nothing can be written, before the work.
   *
   * @throws ArtifactException if {@code target} cannot be written, with the reason
   */
  public static void requireWritable(Path target) {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new ArtifactException(
          target + ": no folder '" + folder + "' (expected: an existing one); make it first");
    }
    if (Files.isDirectory(target)) {
      throw new ArtifactException(
          target + ": cannot be written: it is a folder (expected: the name of a file)");
    }
    if (!Files.isWritable(folder)) {
      throw new ArtifactException(
          "%s: cannot be written: no permission to write to the folder '%s' (expected: a file in a folder that you may write to)"
              .formatted(target, folder));
    }
  }

  /** Writes {@code content} whole or not at all. */
  public static void publish(byte[] content, Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    if (absolute.getFileName() == null || Files.isDirectory(absolute)) {
      throw new IOException("file: " + target + " (expected: the path of a file)");
    }
    // Not createTempFile: its files are readable by their owner alone.
    Path aside =
        absolute.resolveSibling(
            "." + absolute.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    try {
      Files.write(aside, content);
      Files.move(
          aside, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(aside);
    }
  }
}
