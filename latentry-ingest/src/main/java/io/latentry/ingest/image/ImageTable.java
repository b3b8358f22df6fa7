package io.latentry.ingest.image;

import io.latentry.core.data.DataException;
import io.latentry.core.data.Schema;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;

/**
 * A table that lists images: its column {@value #PATH} has their files, as they are from the
 * table's own folder.
 */
final class ImageTable {
  private static final String PATH = "path";
  private static final Schema NO_INPUTS = new Schema(List.of(), List.of());
  private static final int BATCH_ROWS = 1_024;

  /** Rows that tell a list of images from a table that has paths of something else. */
  private static final int LOOKED_AT = 20;

  private ImageTable() {}

  /** Whether a file is a CSV or TSV whose first paths are all names of images. */
  static boolean isOne(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".csv") && !name.endsWith(".tsv")) {
      return false;
    }
    boolean[] images = {true};
    int[] rows = {0};
    try {
      boolean listed =
          read(
              file,
              (row, path) -> {
                rows[0]++;
                images[0] &= ImageFormat.isImageName(path);
                return rows[0] < LOOKED_AT && images[0];
              });
      return listed && images[0] && rows[0] > 0;
    } catch (DataException noTable) {
      // Whoever reads it as a table says what is wrong with it.
      return false;
    }
  }

  /**
   * The files that a table lists.
   *
   * @throws DataException if one is not there, or not below the table's folder
   */
  static List<Path> files(Path table) {
    Path folder = folder(table);
    List<Path> files = new ArrayList<>();
    boolean unused =
        read(
            table,
            (row, path) -> {
              files.add(file(table, folder, row, path));
              return true;
            });
    return files;
  }

  static Path folder(Path table) {
    Path whole = table.toAbsolutePath().normalize();
    Path folder = whole.getParent();
    return folder == null ? whole : folder;
  }

  private static Path file(Path table, Path folder, long row, String path) {
    try {
      Path file = folder.resolve(path).normalize();
      if (file.startsWith(folder) && Files.isRegularFile(file)) {
        return file;
      }
    } catch (InvalidPathException noPath) {
      // Told below.
    }
    throw new DataException(
        "%s: row %,d: path: '%s' (expected: a file below %s)".formatted(table, row, path, folder));
  }

  /**
   * @param each is told row and path, and whether it wants more
   * @return whether the table has the column
   */
  private static boolean read(Path table, BiPredicate<Long, String> each) {
    try (DataSource source = DataSource.open(List.of(table.toString()), ReadOptions.DEFAULTS)) {
      if (!source.columnNames().contains(PATH)) {
        return false;
      }
      try (RowReader reader =
          source.rows(NO_INPUTS, List.of(PATH), BATCH_ROWS, ReadListener.NONE)) {
        while (reader.hasNext()) {
          RowBatch batch = reader.next();
          for (int i = 0; i < batch.kept()[0].length; i++) {
            if (!each.test(batch.firstRow() + i, batch.kept()[0][i])) {
              return true;
            }
          }
        }
      }
      return true;
    }
  }
}
