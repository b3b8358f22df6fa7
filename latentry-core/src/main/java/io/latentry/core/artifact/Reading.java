package io.latentry.core.artifact;

import io.latentry.core.cell.CellText;
import io.latentry.core.cell.DecimalMark;
import io.latentry.core.cell.NumberForm;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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
 * @param missingTokens the cells that meant "no value", the usual ones among them where they did
 * @param numbers how numbers were written, by column; the plain form where a column is not named
 * @param label column that said what a row is
 * @param normal its value on normal rows
 * @param time column that ordered the rows
 */
public record Reading(
    Optional<String> encoding,
    Optional<Character> delimiter,
    boolean noHeader,
    Optional<Set<String>> missingTokens,
    Map<String, NumberForm> numbers,
    Optional<String> label,
    Optional<String> normal,
    Optional<String> time) {

  /** Of data that no fit read. */
  public static final Reading UNKNOWN =
      new Reading(
          Optional.empty(),
          Optional.empty(),
          false,
          Optional.empty(),
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** How the text of a cell is understood. */
  public CellText cells() {
    return CellText.of(missingTokens.orElse(CellText.MISSING), numbers);
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
        missingTokens(data),
        numbers(data),
        text(data, "label"),
        text(data, "normal"),
        text(data, "time"));
  }

  private static Optional<Set<String>> missingTokens(Map<?, ?> data) {
    if (!(data.get("missing_tokens") instanceof List<?> tokens)) {
      return Optional.empty();
    }
    Set<String> all = new HashSet<>();
    tokens.forEach(token -> all.add(String.valueOf(token)));
    // Artifacts from before the key said so had their own tokens alone.
    if (Boolean.TRUE.equals(data.get("usual_missing_tokens"))) {
      all.addAll(CellText.MISSING);
    }
    return Optional.of(Set.copyOf(all));
  }

  private static Map<String, NumberForm> numbers(Map<?, ?> data) {
    Map<String, NumberForm> forms = new HashMap<>();
    if (data.get("numbers") instanceof Map<?, ?> byColumn) {
      byColumn.forEach(
          (column, form) -> {
            if (form instanceof Map<?, ?> given) {
              forms.put(String.valueOf(column), form(given));
            }
          });
    }
    return Map.copyOf(forms);
  }

  private static NumberForm form(Map<?, ?> given) {
    DecimalMark mark =
        switch (text(given, "decimal").orElse("").toLowerCase(Locale.ROOT)) {
          case "comma" -> DecimalMark.COMMA;
          case "point" -> DecimalMark.POINT;
          default -> DecimalMark.AUTO;
        };
    List<Double> missing =
        given.get("missing") instanceof List<?> numbers
            ? numbers.stream()
                .filter(Number.class::isInstance)
                .map(number -> ((Number) number).doubleValue())
                .toList()
            : List.of();
    return new NumberForm(mark, text(given, "unit").orElse(""), missing);
  }

  private static Optional<String> text(Map<?, ?> data, String key) {
    return data.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
  }
}
