package io.latentry.bench.quality;

import io.latentry.core.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Figures of rivals measured elsewhere on the same splits: {@code
 * dataset,method,seed,auroc,auprc,fit_seconds}.
 */
final class PublishedRivals {
  static final String FILE_NAME = "rivals.csv";

  private static final List<String> HEADER = List.of("dataset", "method", "seed", "auroc", "auprc");

  private PublishedRivals() {}

  /** Nothing if {@code folder} has no such file. */
  static List<Result> read(Path folder) throws IOException {
    Path file = folder.resolve(FILE_NAME);
    List<Result> results = new ArrayList<>();
    if (!Files.exists(file)) {
      return results;
    }
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !List.of(lines.get(0).split(",")).containsAll(HEADER)) {
      throw new DataException(file + ": columns (expected: " + HEADER + ")");
    }
    List<String> columns = List.of(lines.get(0).split(","));
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      try {
        results.add(
            new Result(
                cells[columns.indexOf("dataset")],
                Integer.parseInt(cells[columns.indexOf("seed")]),
                cells[columns.indexOf("method")],
                FILE_NAME,
                Double.parseDouble(cells[columns.indexOf("auroc")]),
                Double.parseDouble(cells[columns.indexOf("auprc")]),
                Double.NaN,
                Double.NaN,
                0,
                0,
                0));
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        throw new DataException(
            file + " line " + (i + 1) + ": '" + lines.get(i) + "' (expected: " + HEADER + ")", e);
      }
    }
    return results;
  }
}
