package io.latentry.core.artifact;

import io.latentry.core.data.CellText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the data of a fit were read: whoever scores reads the same way. What the fit left to its
 * defaults, and what an artifact says in no words that we know, is empty.
 *
 * @param encoding of text files, such as {@code UTF-8}
 * @param delimiter between the fields of a CSV file
 * @param noHeader whether the CSV files had no line of column names
 * @param missingTokens cells that meant "no value", in place of the usual ones
 * @param label column that said what a row is
 * @param normal its value on normal rows
 * @param time column that ordered the rows
 */
public record Reading(
    Optional<String> encoding,
    Optional<Character> delimiter,
    boolean noHeader,
    Optional<List<String>> missingTokens,
    Optional<String> label,
    Optional<String> normal,
    Optional<String> time) {

  /** How the text of a cell is understood. */
  public CellText cells() {
    return missingTokens.map(tokens -> CellText.of(Set.copyOf(tokens))).orElse(CellText.USUAL);
  }

  /**
   * @param config the whole fit config, as the manifest keeps it
   */
  static Reading of(Map<String, Object> config) {
    Map<?, ?> data = config.get("data") instanceof Map<?, ?> given ? given : Map.of();
    return new Reading(
        text(data, "encoding"),
        text(data, "delimiter").filter(d -> d.length() == 1).map(d -> d.charAt(0)),
        Boolean.TRUE.equals(data.get("no_header")),
        data.get("missing_tokens") instanceof List<?> tokens
            ? Optional.of(tokens.stream().map(String::valueOf).toList())
            : Optional.empty(),
        text(data, "label"),
        text(data, "normal"),
        text(data, "time"));
  }

  private static Optional<String> text(Map<?, ?> data, String key) {
    return data.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
  }
}
