package io.latentry.core.data;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.latentry.core.graph.GraphInput;
import io.latentry.core.graph.Output;
import io.latentry.core.text.TextColumn;
import io.latentry.core.text.TextFeature;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The input columns of a model in input order: by type in the order of {@link ColumnType}, within a
 * type first those that enter the model, then those that are watched, then identifiers, each as in
 * the training file. {@code columns.get(j)} for {@code j < numericCount()} is column {@code j} of
 * the graph's {@code numeric} input; the rest are the columns of its {@code categorical} input.
 *
 * @param texts the columns of texts; no input themselves, for each of their features is a numeric
 *     column of {@code columns}. A row is given the text, see {@link #given}
 */
public record Schema(
    List<Column> columns,
    List<LeftOutColumn> leftOut,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<TextColumn> texts)
    implements InputSpec {

  private static final Comparator<Column> ORDER =
      Comparator.comparing(Column::type).thenComparing(Column::role);

  /** The input of numbers, booleans and moments. */
  public static final String NUMERIC = "numeric";

  /** The input of categories. */
  public static final String CATEGORICAL = "categorical";

  public Schema {
    columns = List.copyOf(columns);
    leftOut = List.copyOf(leftOut);
    // Artifacts from before there were any say nothing of them.
    texts = texts == null ? List.of() : List.copyOf(texts);
    if (!columns.isEmpty() && columns.stream().allMatch(Column::isWatched)) {
      throw new IllegalArgumentException(
          "columns: all watched (expected: at least one that enters the model)");
    }
    Column last = columns.isEmpty() ? null : columns.get(0);
    Set<String> names = new HashSet<>();
    for (Column column : columns) {
      if (!names.add(column.name())) {
        throw new IllegalArgumentException(
            "columns: '" + column.name() + "' twice (expected: unique names)");
      }
      if (last != null && ORDER.compare(last, column) > 0) {
        throw new IllegalArgumentException(
            "columns: "
                + column.type()
                + " '"
                + column.name()
                + "' after "
                + last.type()
                + " '"
                + last.name()
                + "' (expected: by type, watched ones last)");
      }
      last = column;
    }
    requireTwins(columns);
    for (TextColumn text : texts) {
      for (TextFeature feature : text.features()) {
        requireNumeric(columns, text.columnOf(feature));
      }
      if (!names.add(text.name())) {
        throw new IllegalArgumentException(
            "texts: '" + text.name() + "' twice (expected: unique names)");
      }
    }
  }

  /** A watched column is compared with one that the graph takes in the same way. */
  private static void requireTwins(List<Column> columns) {
    for (Column column : columns) {
      String twin = column.novelty() == null ? null : column.novelty().twin();
      if (twin != null
          && columns.stream().noneMatch(c -> c.name().equals(twin) && c.type() == column.type())) {
        throw new IllegalArgumentException(
            "twin: '"
                + twin
                + "' (expected: a column of the type of '"
                + column.name()
                + "', "
                + column.type()
                + ")");
      }
    }
  }

  /** A schema without columns of texts. */
  public Schema(List<Column> columns, List<LeftOutColumn> leftOut) {
    this(columns, leftOut, List.of());
  }

  private static void requireNumeric(List<Column> columns, String name) {
    if (columns.stream().noneMatch(c -> c.name().equals(name) && c.type() == ColumnType.NUMERIC)) {
      throw new IllegalArgumentException(
          "texts: no numeric column '" + name + "' (expected: one for each feature)");
    }
  }

  /** A schema of {@code columns} put in input order. */
  public static Schema ordered(List<Column> columns, List<LeftOutColumn> leftOut) {
    return ordered(columns, leftOut, List.of());
  }

  /** The same with columns of texts, whose features are among {@code columns}. */
  public static Schema ordered(
      List<Column> columns, List<LeftOutColumn> leftOut, List<TextColumn> texts) {
    return new Schema(columns.stream().sorted(ORDER).toList(), leftOut, texts);
  }

  @Override
  @JsonIgnore
  public List<GraphInput> inputs() {
    List<GraphInput> inputs = new ArrayList<>();
    if (numericCount() > 0) {
      inputs.add(new GraphInput(NUMERIC, GraphInput.Element.FLOAT32, List.of(numericCount())));
    }
    if (categoricalCount() > 0) {
      inputs.add(
          new GraphInput(CATEGORICAL, GraphInput.Element.STRING, List.of(categoricalCount())));
    }
    return inputs;
  }

  @Override
  public List<Integer> shape(Output output) {
    return switch (output) {
      case SCORE, SCORE_IMPUTED, RECONSTRUCTION_TERM, LATENT_TERM -> List.of();
      case CONTRIBUTION, SCORE_CONTRIBUTION, NOVELTY -> List.of(columns.size());
      case RECONSTRUCTION -> List.of(numericCount());
      case RECONSTRUCTION_CATEGORICAL -> List.of(categoricalCount());
      case HEAT_MAP -> List.of(0);
      case LATENT_MEAN -> List.of(-1);
    };
  }

  @Override
  public boolean takes(InputSpec other) {
    return other instanceof Schema schema
        && columns.equals(schema.columns)
        && texts.equals(schema.texts);
  }

  @Override
  public Screen screen() {
    return new RowScreen(this);
  }

  /** Columns of {@code type}, watched ones included. */
  public int count(ColumnType type) {
    return (int) columns.stream().filter(c -> c.type() == type).count();
  }

  /** A column that is a feature of a text. */
  public record OfText(TextColumn text, TextFeature feature) {}

  /** What text the column at {@code index} is a feature of; empty for a column on its own. */
  public Optional<OfText> ofText(int index) {
    String name = columns.get(index).name();
    for (TextColumn text : texts) {
      for (TextFeature feature : text.features()) {
        if (text.columnOf(feature).equals(name)) {
          return Optional.of(new OfText(text, feature));
        }
      }
    }
    return Optional.empty();
  }

  /** The column that a row is given for the input column at {@code index}: its text, or itself. */
  public String sourceOf(int index) {
    return ofText(index).map(of -> of.text().name()).orElse(columns.get(index).name());
  }

  /**
   * The columns that a row is given, each once: those that stand for themselves in input order, and
   * then the texts.
   */
  public List<String> given() {
    Set<String> features = new HashSet<>();
    texts.forEach(text -> text.features().forEach(f -> features.add(text.columnOf(f))));
    List<String> given = new ArrayList<>();
    columns.stream().map(Column::name).filter(name -> !features.contains(name)).forEach(given::add);
    texts.forEach(text -> given.add(text.name()));
    return given;
  }

  /** Whether only the form of a text is watched. */
  public boolean isIdentifier(TextColumn text) {
    return columns.stream()
        .anyMatch(c -> c.isIdentifier() && c.name().equals(text.columnOf(text.features().get(0))));
  }

  /** The columns of texts that enter the model. */
  public List<TextColumn> textsThatEnter() {
    return texts.stream().filter(text -> !isIdentifier(text)).toList();
  }

  /** The names of {@link #given} that rows may lack altogether: nothing is missed without them. */
  public Set<String> optional() {
    Set<String> optional = new HashSet<>();
    for (Column column : columns) {
      if (column.isWatched() && column.missing() == MissingPolicy.IMPUTE) {
        optional.add(column.name());
      }
    }
    for (TextColumn text : texts) {
      if (isIdentifier(text) && optional.contains(text.columnOf(text.features().get(0)))) {
        optional.add(text.name());
      }
    }
    optional.retainAll(given());
    return optional;
  }

  /** Columns of {@code type} that enter the model. */
  public int inputs(ColumnType type) {
    return (int) columns.stream().filter(c -> c.type() == type && !c.isWatched()).count();
  }

  /** Columns of the graph's {@code numeric} input: the first ones, looked for by halves. */
  @JsonIgnore
  public int numericCount() {
    int numeric = 0;
    int others = columns.size();
    while (numeric < others) {
      int middle = (numeric + others) / 2;
      if (columns.get(middle).type().isNumericInput()) {
        numeric = middle + 1;
      } else {
        others = middle;
      }
    }
    return numeric;
  }

  /** Columns of the graph's {@code categorical} input. */
  @JsonIgnore
  public int categoricalCount() {
    return columns.size() - numericCount();
  }

  /** The column of the graph's {@code categorical} input at {@code index}. */
  public Column categorical(int index) {
    return columns.get(numericCount() + index);
  }
}
