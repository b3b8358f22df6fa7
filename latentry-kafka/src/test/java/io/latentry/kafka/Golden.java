package io.latentry.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The golden artifacts and their data: a table, and a series of two pumps. */
final class Golden {
  private static final Path FOLDER =
      Path.of("..", "latentry-it", "src", "test", "resources", "golden");
  static final Path TABLE = FOLDER.resolve("v1").resolve("model.onnx");
  static final Path SERIES = FOLDER.resolve("series-v1").resolve("model.onnx");

  private Golden() {}

  static List<String> header(Path model) throws IOException {
    return List.of(lines(model).get(0).split(",", -1));
  }

  /** The rows as lines of CSV. */
  static List<String> rows(Path model) throws IOException {
    List<String> lines = lines(model);
    return lines.subList(1, lines.size());
  }

  /** A row as an object whose numbers are numbers; a cell that is empty is left out. */
  static byte[] json(List<String> header, String row) {
    String[] cells = row.split(",", -1);
    StringBuilder json = new StringBuilder("{");
    for (int j = 0; j < cells.length; j++) {
      if (!cells[j].isEmpty()) {
        boolean number = cells[j].matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?|true|false");
        json.append(json.length() > 1 ? "," : "")
            .append("\"%s\":%s".formatted(header.get(j), number ? cells[j] : '"' + cells[j] + '"'));
      }
    }
    return json.append("}").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> lines(Path model) throws IOException {
    return Files.readAllLines(model.resolveSibling("input.csv"));
  }
}
