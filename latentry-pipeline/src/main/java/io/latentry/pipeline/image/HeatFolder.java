package io.latentry.pipeline.image;

import io.latentry.ingest.image.HeatOverlay;
import io.latentry.ingest.image.ImageFile;
import io.latentry.ingest.image.ImageSource;
import io.latentry.ingest.read.DataSource;
import io.latentry.pipeline.export.ArtifactFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Heat maps, each a PNG named after its image: {@code good/a.jpg} becomes {@code good/a.png} below
 * the folder, or {@code good/a.jpg.png} where another image would become that too.
 */
public final class HeatFolder {
  private final Path folder;
  private final ImageSource source;
  private final HeatOverlay overlay;
  private final List<String> names;

  public HeatFolder(Path folder, ImageSource source, HeatOverlay overlay) {
    this.folder = folder.toAbsolutePath().normalize();
    this.source = source;
    this.overlay = overlay;
    Map<String, Integer> stems = new HashMap<>();
    for (ImageFile file : source.files()) {
      stems.merge(stem(file), 1, Integer::sum);
    }
    this.names =
        source.files().stream()
            .map(
                file ->
                    (stems.getOrDefault(stem(file), 0) == 1 ? stem(file) : file.path()) + ".png")
            .toList();
  }

  private static String stem(ImageFile file) {
    return file.path().substring(0, file.path().lastIndexOf('.'));
  }

  /**
   * Writes the heat of one image of a batch; safe for use by several threads.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public void write(ImagePass.Batch batch, int i) {
    int index = batch.indices()[i];
    write(folder.resolve(names.get(index)), source, index, overlay, batch, i);
  }

  /** The same to a file of its own. */
  public static void write(
      Path file, ImageSource source, int index, HeatOverlay overlay, ImagePass.Batch batch, int i) {
    try {
      write(file, overlay.png(source.read(index), batch.decoded().get(i), batch.heat(i)));
    } catch (IOException failed) {
      throw unwritable(file.toAbsolutePath().normalize(), failed);
    }
  }

  /**
   * Writes a picture, whole or not at all.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public static void write(Path file, byte[] png) {
    Path target = file.toAbsolutePath().normalize();
    try {
      Path parent = target.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Path aside =
          target.resolveSibling(
              ".%s.%d-%d.part"
                  .formatted(
                      target.getFileName(), ProcessHandle.current().pid(), System.nanoTime()));
      try {
        Files.write(aside, png);
        ArtifactFile.move(aside, target);
      } finally {
        Files.deleteIfExists(aside);
      }
    } catch (IOException failed) {
      throw unwritable(target, failed);
    }
  }

  private static UncheckedIOException unwritable(Path target, IOException failed) {
    return new UncheckedIOException(
        "%s: cannot be written: %s (expected: a writable place with room)"
            .formatted(target, DataSource.reason(failed)),
        failed);
  }
}
