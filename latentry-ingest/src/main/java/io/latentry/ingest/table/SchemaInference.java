package io.latentry.ingest.table;

import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.LeftOutColumn;
import io.latentry.core.data.NoveltyPolicy;
import io.latentry.core.monitoring.RecordedFields;
import io.latentry.ingest.read.ColumnNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decides from a profile what each column is, and which columns a model learns from. */
public final class SchemaInference {
  /** Texts of so few different values are categories, however few rows there are. */
  static final int FEW_CATEGORIES = 20;

  /** Share of different values up to which longer lists are categories too. */
  static final double DISTINCT_SHARE = 0.2;

  /** The same for single words. */
  static final double WORDS_SHARE = 0.5;

  /** Share of numbers (or timestamps) from which the rest counts as a mistake in the data. */
  static final double NEARLY_ALL = 0.9;

  /** Why a column is left out that a person wants left out. */
  public static final String EXCLUDED = "excluded";

  private static final String RECORDED = "what a service recorded of the row";

  private static final String IDENTIFIERS = "identifiers (";
  private static final String ALL_DIFFERENT = IDENTIFIERS + "every value is different)";
  private static final String NUMBERED = IDENTIFIERS + "they differ in their numbers alone)";
  private static final String ROW_COUNTER = "a row counter";
  private static final String FREE_TEXT = "free text (";

  /** What an array of JSON is read as. */
  private static final String ARRAY = "[...]";

  /** Below, the pieces of texts are too few to tell a rare one. */
  static final int FEWEST_TEXTS = 100;

  /** Longer lists may go on in the next rows: see {@link #isOpen}. */
  static final int CLOSED_LIST = 100;

  /** Share of rows with a value of their own from which on new rows will bring new values. */
  static final double OPEN_SHARE = 0.01;

  private final TableProfile profile;
  private final InferenceOptions options;
  private final MixedColumns mixed = new MixedColumns();

  private SchemaInference(TableProfile profile, InferenceOptions options) {
    this.profile = profile;
    this.options = options;
  }

  /**
   * @throws DataException if the options name a column that is not there, a column is numeric but
   *     for a few cells, or no input column is left
   */
  public static TableLayout infer(TableProfile profile, InferenceOptions options) {
    return new SchemaInference(profile, options).layout();
  }

  private TableLayout layout() {
    requireNamedColumns();
    Set<String> reserved = new HashSet<>(options.keys());
    options.label().ifPresent(reserved::add);
    options.time().ifPresent(reserved::add);
    List<TableLayout.Input> inputs = new ArrayList<>();
    List<LeftOutColumn> leftOut = new ArrayList<>();
    List<TableLayout.Input> identifiers = new ArrayList<>();
    for (ColumnProfile column : profile.columns()) {
      ColumnChoice choice = choiceOf(column.name());
      if (isExcluded(column.name())) {
        leftOut.add(new LeftOutColumn(column.name(), guess(column), EXCLUDED));
        continue;
      }
      if (reserved.contains(column.name()) && choice.type().isEmpty()) {
        continue;
      }
      if (RecordedFields.ALL.contains(column.name()) && choice.type().isEmpty()) {
        leftOut.add(new LeftOutColumn(column.name(), guess(column), RECORDED));
        continue;
      }
      ColumnType type = choice.type().orElseGet(() -> typeOf(column));
      Optional<String> reason = reasonAgainst(column, type, choice.type().isPresent());
      if (reason.isPresent()) {
        leftOut.add(new LeftOutColumn(column.name(), type, reason.get()));
        if (isWatched(reason.get(), choice)) {
          identifiers.add(identifier(column, type, choice));
        }
      } else {
        double offset = type == ColumnType.NUMERIC ? column.offset() : 0;
        inputs.add(new TableLayout.Input(column.name(), type, column.form(), choice, offset));
      }
    }
    mixed.refuse(profile.ownMissing());
    refuseUnread(inputs, leftOut);
    if (inputs.isEmpty()) {
      throw new DataException(
          "%s: no column to learn from (expected: at least one); left out: %s"
              .formatted(
                  profile.source(),
                  leftOut.stream()
                      .limit(5)
                      .map(c -> "'" + c.name() + "' (" + c.reason() + ")")
                      .toList()));
    }
    return new TableLayout(
        inputs, leftOut, identifiers, options.label(), options.time(), options.keys());
  }

  /** Values that name rows, and texts too few to learn from, have a form all the same. */
  private static boolean isWatched(String reason, ColumnChoice choice) {
    return choice.novelty().orElse(NoveltyPolicy.ANOMALY) != NoveltyPolicy.IGNORE
        && (reason.startsWith(IDENTIFIERS)
            || reason.equals(ROW_COUNTER)
            || reason.startsWith(FREE_TEXT));
  }

  /** What holds for every column holds for measured ones: a row may lack its name. */
  private TableLayout.Input identifier(ColumnProfile column, ColumnType type, ColumnChoice choice) {
    ColumnChoice own = options.choices().getOrDefault(column.name(), ColumnChoice.NONE);
    return new TableLayout.Input(
        column.name(),
        type,
        column.form(),
        new ColumnChoice(choice.type(), own.missing(), choice.unseen(), choice.novelty()),
        0);
  }

  /** A model of what is left when the measured columns are gone is none of the data. */
  private void refuseUnread(List<TableLayout.Input> inputs, List<LeftOutColumn> leftOut) {
    List<String> unread = new ArrayList<>();
    for (ColumnProfile column : profile.columns()) {
      column
          .unread()
          .filter(
              why ->
                  leftOut.stream()
                      .anyMatch(c -> c.reason().equals(why) && c.name().equals(column.name())))
          .ifPresent(why -> unread.add("'" + column.name() + "' (" + why + ")"));
    }
    int others = inputs.size();
    if (!unread.isEmpty() && unread.size() >= others) {
      throw new DataException(
          "%s: %d of %d columns hold numbers that cannot be read (expected: fewer than half): %s; write each column in one unit and with one decimal mark, or say in the config which it is, such as `data: {numbers: {COLUMN: {decimal: comma, unit: ms}}}`; --exclude leaves a column out"
              .formatted(
                  profile.source(),
                  unread.size(),
                  unread.size() + others,
                  String.join(", ", unread.subList(0, Math.min(5, unread.size())))
                      + (unread.size() > 5 ? " and " + (unread.size() - 5) + " more" : "")));
    }
  }

  /** An object that is excluded takes the columns in it with it. */
  private boolean isExcluded(String name) {
    return options.exclude().stream().anyMatch(e -> name.equals(e) || name.startsWith(e + "."));
  }

  private ColumnChoice choiceOf(String column) {
    Map<String, ColumnChoice> choices = options.choices();
    ColumnChoice own = choices.getOrDefault(column, ColumnChoice.NONE);
    ColumnChoice every = choices.getOrDefault(InferenceOptions.EVERY_COLUMN, ColumnChoice.NONE);
    return new ColumnChoice(
        own.type(),
        own.missing().or(every::missing),
        own.unseen().or(every::unseen),
        own.novelty().or(every::novelty));
  }

  private void requireNamedColumns() {
    List<String> names = profile.columns().stream().map(ColumnProfile::name).toList();
    Set<String> known = new HashSet<>(names);
    List<String> asked = new ArrayList<>(options.keys());
    options.label().ifPresent(asked::add);
    options.time().ifPresent(asked::add);
    asked.addAll(options.exclude());
    asked.addAll(options.choices().keySet());
    asked.remove(InferenceOptions.EVERY_COLUMN);
    for (String name : asked) {
      boolean isObject =
          options.exclude().contains(name)
              && names.stream().anyMatch(n -> n.startsWith(name + "."));
      if (!known.contains(name) && !isObject) {
        throw new DataException(
            "column: '%s' (expected: a column of %s); %s"
                .formatted(
                    name,
                    profile.source(),
                    ColumnNames.likely(name, names)
                        .map(near -> "the nearest is " + near)
                        .orElseGet(() -> "it has " + ColumnNames.listed(names))));
      }
    }
  }

  /** The type as the cells show it; notes a number column with a few other cells. */
  private ColumnType typeOf(ColumnProfile column) {
    mixed.look(column, column.numbers(), column.firstNonNumber(), MixedColumns.Kind.NUMBERS);
    mixed.look(column, column.moments(), column.firstNonMoment(), MixedColumns.Kind.MOMENTS);
    return guess(column);
  }

  private static ColumnType guess(ColumnProfile column) {
    long given = column.given();
    ColumnType declared = column.declared().orElse(ColumnType.TEXT);
    if (declared != ColumnType.TEXT) {
      return declared;
    }
    if (given == 0) {
      // Whatever comes is told as it is written.
      return ColumnType.CATEGORICAL;
    }
    if (column.distinct() == 1 && column.distinctExact() && column.numbers() == given) {
      return ColumnType.NUMERIC;
    }
    // A truth column may mix words and digits, as in "true, 0"; the words are counted apart.
    if (column.zerosAndOnes() + column.booleanWords() == given && column.distinct() <= 4) {
      return ColumnType.BOOLEAN;
    }
    if (column.numbers() == given) {
      return ColumnType.NUMERIC;
    }
    if (column.moments() == given) {
      return ColumnType.TIMESTAMP;
    }
    boolean few =
        column.distinct() <= FEW_CATEGORIES
            || (column.distinctExact() && column.distinct() <= listShare(column) * given);
    return few && column.repeats() && !isOpen(column) ? ColumnType.CATEGORICAL : ColumnType.TEXT;
  }

  /** Single words that come again are names, even if there are many; sentences are not. */
  private static double listShare(ColumnProfile column) {
    return column.composed() == 0 ? WORDS_SHARE : DISTINCT_SHARE;
  }

  /**
   * Whether a long list of texts is such that new rows will bring others, as paths and user agents
   * do: categories would know all of them as one. The share of rows whose value stands nowhere else
   * estimates that of new rows with a new value (Good and Turing).
   */
  private static boolean isOpen(ColumnProfile column) {
    return column.distinct() > CLOSED_LIST
        && column.singles() >= OPEN_SHARE * column.given()
        && 2 * column.composed() > column.given()
        && column.given() >= FEWEST_TEXTS;
  }

  /** Such as digests and session tokens: no two have the same form, none can be stranger. */
  private static boolean isRandom(ColumnProfile column) {
    return column.codes() == column.given()
        && column.oneLength()
        && 2 * column.forms() >= Math.min(column.given(), ColumnTally.FORMS_AT_MOST);
  }

  private static Optional<String> reasonAgainst(
      ColumnProfile column, ColumnType type, boolean chosen) {
    if (column.top().stream().anyMatch(top -> top.value().equals(ARRAY))) {
      return Optional.of("arrays, which are not read");
    }
    if (chosen) {
      return type == ColumnType.TEXT && column.given() < FEWEST_TEXTS
          ? Optional.of(tooFew(column))
          : Optional.empty();
    }
    if (column.given() == 0) {
      return Optional.empty();
    }
    if (column.uuids() == column.given()) {
      return Optional.of(IDENTIFIERS + "UUIDs)");
    }
    boolean unique = !column.repeats() && column.given() > 2;
    if (type == ColumnType.NUMERIC && column.rowCounter() && column.given() > 2) {
      return Optional.of(ROW_COUNTER);
    }
    if (type == ColumnType.NUMERIC
        && unique
        && column.integers() == column.given()
        && isCalledIdentifier(column.name())) {
      return Optional.of(ALL_DIFFERENT);
    }
    if (type == ColumnType.TEXT && column.unread().isPresent()) {
      return column.unread();
    }
    if (type != ColumnType.TEXT) {
      return Optional.empty();
    }
    if (unique && (isCalledIdentifier(column.name()) || isRandom(column))) {
      return Optional.of(ALL_DIFFERENT);
    }
    if (column.given() < FEWEST_TEXTS) {
      return Optional.of(tooFew(column));
    }
    // What a text is like does not tell its numbers apart; a model would take their growth for it.
    return column.numbered() ? Optional.of(NUMBERED) : Optional.empty();
  }

  private static String tooFew(ColumnProfile column) {
    return FREE_TEXT + "%,d rows have one, fewer than %d)".formatted(column.given(), FEWEST_TEXTS);
  }

  static boolean isCalledIdentifier(String name) {
    String plain = name.toLowerCase(Locale.ROOT);
    return plain.equals("id")
        || plain.matches(".*[_\\-. ](id|key|no|number)")
        || name.matches(".*[a-z](Id|ID)")
        || plain.matches("(id|index|uid|guid)([_\\-. ].*)?");
  }
}
