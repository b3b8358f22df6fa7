package io.latentry.ingest.table;

import io.latentry.core.cell.DecimalMark;
import io.latentry.core.cell.NumberForm;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Settles how the numbers of each column are written, by what its own cells show and, where they
 * leave it open, by what the other columns of the file do: beside decimal commas {@code 1.234} is a
 * thousand.
 */
final class NumberForms {
  /** Sentences of one kind; a wide table has many columns of it. */
  private static final int MOST_TOLD = 5;

  /** Units up to which a column is one of measured numbers rather than one of codes. */
  private static final int FEW_UNITS = 3;

  private final Map<String, NumberEvidence> evidence;
  private final Map<String, Long> given;
  private final Set<String> shortLists;
  private final Map<String, NumberForm> chosen;
  private final boolean delimited;
  private final boolean semicolons;

  /**
   * @param evidence by column, in file order
   * @param given cells with a value, by column
   * @param shortLists columns of a few values, each of which comes again: where some of them say
   *     more than a number, as in {@code 1 vehicle, 2 vehicles, 3 to 4}, they are names
   * @param chosen what the configuration says
   * @param delimiter between the fields; empty for files that have none
   */
  private NumberForms(
      Map<String, NumberEvidence> evidence,
      Map<String, Long> given,
      Set<String> shortLists,
      Map<String, NumberForm> chosen,
      Optional<Character> delimiter) {
    this.evidence = evidence;
    this.given = given;
    this.shortLists = shortLists;
    this.chosen = chosen;
    this.delimited = delimiter.isPresent();
    this.semicolons = delimiter.filter(d -> d == ';').isPresent();
  }

  /** As the columns of {@code profile} show. */
  static NumberForms of(
      Collection<ColumnTally> tallies,
      TableProfile profile,
      Map<String, NumberForm> chosen,
      Optional<Character> delimiter) {
    Map<String, NumberEvidence> evidence = new LinkedHashMap<>();
    Map<String, Long> given = new HashMap<>();
    for (ColumnTally tally : tallies) {
      evidence.put(tally.name(), tally.evidence());
      given.put(tally.name(), tally.given());
    }
    Set<String> shortLists =
        profile.columns().stream()
            .filter(ColumnProfile::isShortList)
            .map(ColumnProfile::name)
            .collect(Collectors.toSet());
    return new NumberForms(evidence, given, shortLists, chosen, delimiter);
  }

  /** The form of every column that has another than the plain one. */
  Map<String, NumberForm> settled() {
    DecimalMark ofFile = markOfFile();
    Map<String, NumberForm> settled = new LinkedHashMap<>();
    evidence.forEach(
        (name, own) -> {
          NumberForm form = settled(name, own, ofFile);
          if (!form.equals(NumberForm.PLAIN)) {
            settled.put(name, form);
          }
        });
    return settled;
  }

  /** The mark that most columns with a mark have; AUTO if nothing tells. */
  private DecimalMark markOfFile() {
    if (!delimited) {
      return DecimalMark.AUTO;
    }
    int comma = 0;
    int point = 0;
    boolean grouped = false;
    for (Map.Entry<String, NumberEvidence> column : evidence.entrySet()) {
      NumberForm choice = NumberForm.of(chosen, column.getKey());
      NumberEvidence own = column.getValue();
      DecimalMark mark =
          choice.isOpen() ? own(own) : Optional.ofNullable(choice.decimal()).orElseThrow();
      if (mark != DecimalMark.AUTO && isNumeric(column.getKey(), own, mark)) {
        comma += mark == DecimalMark.COMMA ? 1 : 0;
        point += mark == DecimalMark.POINT ? 1 : 0;
        grouped |= mark == DecimalMark.POINT && own.written() > 0;
      }
    }
    if (comma != point) {
      // A file of plain numbers is read as ever.
      return comma > point ? DecimalMark.COMMA : grouped ? DecimalMark.POINT : DecimalMark.AUTO;
    }
    boolean thousands =
        evidence.entrySet().stream()
            .anyMatch(
                c ->
                    c.getValue().written() > 0
                        && c.getValue().thousandExample().isPresent()
                        && isNumeric(c.getKey(), c.getValue(), DecimalMark.COMMA));
    return comma > 0 || !thousands
        ? DecimalMark.AUTO
        : semicolons ? DecimalMark.COMMA : DecimalMark.POINT;
  }

  /** The mark that the column's cells themselves show. */
  private static DecimalMark own(NumberEvidence evidence) {
    long comma = evidence.withComma();
    long point = evidence.withPoint();
    return comma > point ? DecimalMark.COMMA : point > 0 ? DecimalMark.POINT : DecimalMark.AUTO;
  }

  private boolean isNumeric(String name, NumberEvidence own, DecimalMark mark) {
    long cells = given.getOrDefault(name, 0L);
    return cells > 0 && own.readable(mark, own.unit()) >= SchemaInference.NEARLY_ALL * cells;
  }

  private NumberForm settled(String name, NumberEvidence own, DecimalMark ofFile) {
    NumberForm choice = NumberForm.of(chosen, name);
    String unit = Optional.ofNullable(choice.unit()).orElseGet(own::unit);
    if (!choice.isOpen()) {
      return new NumberForm(choice.decimal(), unit, choice.missing());
    }
    NumberForm plain = NumberForm.PLAIN.withMissing(choice.missing());
    if (own.isTyped()) {
      return unit.isEmpty() ? plain : new NumberForm(DecimalMark.POINT, unit, choice.missing());
    }
    DecimalMark shown = own(own);
    DecimalMark mark =
        shown != DecimalMark.AUTO ? shown : ofFile != DecimalMark.AUTO ? ofFile : DecimalMark.POINT;
    boolean needed = own.written() > 0 || mark == DecimalMark.COMMA || ofFile == DecimalMark.POINT;
    long cells = given.getOrDefault(name, 0L);
    if (choice.unit() == null
        && !unit.isEmpty()
        && shortLists.contains(name)
        && !own.hasWords()
        && own.readable(mark, unit) < cells) {
      return plain;
    }
    boolean numeric =
        choice.unit() != null
            || (cells > 0 && own.readable(mark, unit) >= SchemaInference.NEARLY_ALL * cells);
    return needed && numeric ? new NumberForm(mark, unit, choice.missing()) : plain;
  }

  /** Why a column whose cells are numbers is none of numbers; empty if they are not. */
  static Optional<String> unread(NumberEvidence own, long given) {
    if (own.written() == 0 || 2 * own.all() < given) {
      return Optional.empty();
    }
    if (own.withComma() > 0 && own.withPoint() > 0) {
      return Optional.of("numbers with decimal commas among ones with decimal points");
    }
    List<String> units = own.units();
    return !own.hasManyUnits() && !units.isEmpty() && units.size() <= FEW_UNITS
        ? Optional.of("numbers in several units (" + String.join(", ", units) + ")")
        : Optional.empty();
  }

  /** What a person should know of the forms found, in sentences. */
  List<String> notices(Map<String, NumberForm> settled) {
    List<String> told = new ArrayList<>();
    List<String> commas = new ArrayList<>();
    List<String> thousands = new ArrayList<>();
    List<String> units = new ArrayList<>();
    settled.forEach(
        (name, form) -> {
          NumberEvidence own = Optional.ofNullable(evidence.get(name)).orElseThrow();
          NumberForm choice = NumberForm.of(chosen, name);
          if (choice.isOpen() && form.decimal() == DecimalMark.COMMA) {
            own.commaExample().ifPresent(text -> commas.add(example(name, text, form)));
          }
          if (choice.isOpen() && own(own) == DecimalMark.AUTO) {
            own.thousandExample()
                .ifPresent(
                    text ->
                        thousands.add(
                            "%s, as the other numbers of the file are written; if it is not, set `numbers: {\"%s\": {decimal: %s}}`"
                                .formatted(
                                    example(name, text, form),
                                    name,
                                    form.decimal() == DecimalMark.COMMA ? "point" : "comma")));
          }
          if (choice.unit() == null && form.unit() != null && !form.unit().isEmpty()) {
            own.unitExample()
                .ifPresent(text -> units.add(example(name, text, form) + ", in " + form.unit()));
          }
        });
    tell(told, "decimal commas: ", commas);
    tell(told, "", thousands);
    tell(told, "numbers with a unit: ", units);
    return told;
  }

  private static void tell(List<String> told, String kind, List<String> sentences) {
    sentences.stream().limit(MOST_TOLD).forEach(sentence -> told.add(kind + sentence));
    if (sentences.size() > MOST_TOLD) {
      told.add(kind + "so are " + (sentences.size() - MOST_TOLD) + " more columns");
    }
  }

  private static String example(String name, String text, NumberForm form) {
    OptionalDouble value = OptionalDouble.of(form.number(text));
    double number = value.getAsDouble();
    String shown =
        number == Math.rint(number) && Math.abs(number) < 1e15
            ? Long.toString((long) number)
            : BigDecimal.valueOf(number).toPlainString();
    return "column '%s': '%s' is read as %s".formatted(name, text, shown);
  }
}
