package io.latentry.pipeline.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Bundled images: small grey pictures of shoes, {@code train/good} and {@code test/good} sneakers,
 * {@code test/boot} and {@code test/sandal} what a model of sneakers never saw. Source and licence
 * are in the README beside them.
 */
public final class SampleImages {
  private static final String FILE = "shoes.zip";

  private SampleImages() {}

  /** Writes them below {@code folder}, replacing what is there. */
  public static void copyTo(Path folder) throws IOException {
    InputStream stream = SampleImages.class.getResourceAsStream(FILE);
    if (stream == null) {
      throw new IllegalStateException(FILE + ": not on the class path; build again");
    }
    Path root = folder.toAbsolutePath().normalize();
    try (ZipInputStream zip = new ZipInputStream(stream)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path target = root.resolve(entry.getName()).normalize();
        if (!target.startsWith(root)) {
          throw new IllegalStateException(
              entry.getName() + ": outside (expected: below the folder)");
        }
        Files.createDirectories(target.resolveSibling("."));
        Files.copy(zip, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
