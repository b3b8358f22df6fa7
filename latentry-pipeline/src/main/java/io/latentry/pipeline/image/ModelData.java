package io.latentry.pipeline.image;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.DataException;
import io.latentry.ingest.image.ImageSource;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Whether a model and what it is to judge are of one kind. */
public final class ModelData {
  private ModelData() {}

  /**
   * The images that a model of images is to judge.
   *
   * @throws DataException if they are none, or cannot be read
   */
  public static ImageSource images(Manifest manifest, List<String> data) {
    for (String one : data) {
      boolean image = ImageSource.isOne(List.of(one));
      if (!image && (one.equals("-") || exists(one))) {
        throw new DataException(
            "%s: no image (expected: a folder, a zip or image files, which model %s judges); a table needs a model that was fitted on one"
                .formatted(one.equals("-") ? "standard input" : one, manifest.modelId()));
      }
    }
    return ImageSource.open(data);
  }

  /**
   * Refuses images for a model of rows.
   *
   * @throws DataException if the data are images
   */
  public static void requireTable(Manifest manifest, List<String> data) {
    if (manifest.image() == null && ImageSource.isOne(data)) {
      throw new DataException(
          "%s: images (expected: a table, whose rows model %s judges); images need a model that was fitted on some, as by: fit %s -o MODEL.onnx"
              .formatted(data.get(0), manifest.modelId(), data.get(0)));
    }
  }

  /**
   * Refuses a model of images where only rows are understood.
   *
   * @throws DataException if it is one
   */
  public static void requireRows(Manifest manifest) {
    if (manifest.image() != null) {
      throw new DataException(
          "model %s: of images (expected: one of rows); score, explain and evaluate take it"
              .formatted(manifest.modelId()));
    }
  }

  private static boolean exists(String name) {
    try {
      return Files.exists(Path.of(name));
    } catch (InvalidPathException aGlobPerhaps) {
      return false;
    }
  }
}
