package io.latentry.ingest.table;

import io.latentry.core.cell.CellText;
import io.latentry.core.cell.WrittenNumber;
import io.latentry.core.data.DataException;
import io.latentry.ingest.read.Headers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Columns that are of one type but for a few cells, which a person has to decide about. */
final class MixedColumns {
  /** Columns that a message tells of. */
  private static final int MOST_TOLD = 10;

  private static final int FEWEST_CELLS = 10;

  private final List<Mixed> found = new ArrayList<>();

  /** What nearly all cells are. */
  enum Kind {
    NUMBERS("numbers", "categorical"),
    MOMENTS("timestamps", "text");

    private final String plural;
    private final String otherType;

    Kind(String plural, String otherType) {
      this.plural = plural;
      this.otherType = otherType;
    }
  }

  private record Mixed(ColumnProfile column, long fitting, ColumnProfile.Cell first, Kind kind) {
    /** The cells that do not fit, the first of them before the others. */
    List<String> cells() {
      Set<String> cells = new LinkedHashSet<>();
      cells.add(first.value());
      column.strangers().forEach(cell -> cells.add(Headers.shortened(cell.value())));
      return List.copyOf(cells);
    }

    String told() {
      String expected =
          kind == Kind.NUMBERS
              ? column.form().expected()
              : "a timestamp such as 2024-02-29T13:05:00Z";
      String others =
          cells().stream().skip(1).map(cell -> "'" + cell + "'").collect(Collectors.joining(", "));
      return "%s column '%s': '%s' (expected: %s; %,d of %,d cells are %s)%s"
          .formatted(
              first.where(),
              column.name(),
              first.value(),
              expected,
              fitting,
              column.given(),
              kind.plural,
              others.isEmpty() ? "" : ", also " + others);
    }
  }

  void look(ColumnProfile column, long fitting, Optional<ColumnProfile.Cell> offending, Kind kind) {
    long given = column.given();
    if (given >= FEWEST_CELLS
        && fitting < given
        && fitting >= SchemaInference.NEARLY_ALL * given
        && offending.isPresent()) {
      found.add(new Mixed(column, fitting, offending.get(), kind));
    }
  }

  /**
   * @param ownMissing tokens that the configuration has already
   * @throws DataException if there was one; it tells of all, so that one look mends all
   */
  void refuse(List<String> ownMissing) {
    if (found.isEmpty()) {
      return;
    }
    Set<String> tokens = new LinkedHashSet<>();
    boolean numbers = false;
    for (Mixed mixed : found) {
      for (String cell : mixed.cells()) {
        boolean isNumber = WrittenNumber.of(cell) != null;
        numbers |= isNumber;
        if (!isNumber) {
          tokens.add(cell);
        }
      }
    }
    StringBuilder message =
        new StringBuilder(
            found.stream().limit(MOST_TOLD).map(Mixed::told).collect(Collectors.joining("; ")));
    if (found.size() > MOST_TOLD) {
      message.append("; and ").append(found.size() - MOST_TOLD).append(" more such columns");
    }
    message
        .append("; fix the cells, declare ")
        .append(found.size() == 1 ? "the column " : "a column ")
        .append(found.get(0).kind().otherType)
        .append(" in the config");
    if (numbers) {
      message.append(", write each column in one unit and with one decimal mark");
    }
    if (!tokens.isEmpty()) {
      Set<String> pasted = new LinkedHashSet<>(ownMissing);
      pasted.addAll(tokens);
      message
          .append(", or, if ")
          .append(tokens.size() == 1 ? "it means" : "they mean")
          .append(" \"no value\", add this to the config: `data: {missing_tokens: [")
          .append(pasted.stream().map(MixedColumns::quoted).collect(Collectors.joining(", ")))
          .append("]}`, on top of the usual ones (")
          .append(
              CellText.MISSING.stream()
                  .filter(token -> !token.isEmpty())
                  .sorted()
                  .collect(Collectors.joining(", ")))
          .append(")");
    }
    throw new DataException(message.toString());
  }

  private static String quoted(String token) {
    return "\"" + token.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
