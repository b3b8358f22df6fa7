package io.latentry.core.data;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.latentry.core.graph.GraphInput;
import io.latentry.core.graph.Output;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The input columns of a model in input order: by type in the order of {@link ColumnType}, within a
 * type first those that enter the model, then those that are watched, each as in the training file.
 * {@code columns.get(j)} for {@code j < numericCount()} is column {@code j} of the graph's {@code
 * numeric} input; the rest are the columns of its {@code categorical} input.
 */
public record Schema(List<Column> columns, List<LeftOutColumn> leftOut) implements InputSpec {

  private static final Comparator<Column> ORDER =
      Comparator.comparing(Column::type).thenComparing(Column::role);

  /** The input of numbers, booleans and moments. */
  public static final String NUMERIC = "numeric";

  /** The input of categories. */
  public static final String CATEGORICAL = "categorical";

  public Schema {
    columns = List.copyOf(columns);
    leftOut = List.copyOf(leftOut);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("columns: none (expected: at least one input column)");
    }
    if (columns.stream().allMatch(Column::isWatched)) {
      throw new IllegalArgumentException(
          "columns: all watched (expected: at least one that enters the model)");
    }
    Column last = columns.get(0);
    Set<String> names = new HashSet<>();
    for (Column column : columns) {
      if (!names.add(column.name())) {
        throw new IllegalArgumentException(
            "columns: '" + column.name() + "' twice (expected: unique names)");
      }
      if (ORDER.compare(last, column) > 0) {
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

  /** A schema of {@code columns} put in input order. */
  public static Schema ordered(List<Column> columns, List<LeftOutColumn> leftOut) {
    return new Schema(columns.stream().sorted(ORDER).toList(), leftOut);
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
      case LATENT_MEAN -> List.of(-1);
    };
  }

  @Override
  public boolean takes(InputSpec other) {
    return other instanceof Schema schema && columns.equals(schema.columns);
  }

  @Override
  public Screen screen() {
    return new RowScreen(this);
  }

  /** Columns of {@code type}, watched ones included. */
  public int count(ColumnType type) {
    return (int) columns.stream().filter(c -> c.type() == type).count();
  }

  /** Columns of {@code type} that enter the model. */
  public int inputs(ColumnType type) {
    return (int) columns.stream().filter(c -> c.type() == type && !c.isWatched()).count();
  }

  /** Columns of the graph's {@code numeric} input. */
  @JsonIgnore
  public int numericCount() {
    int count = 0;
    while (count < columns.size() && columns.get(count).type().isNumericInput()) {
      count++;
    }
    return count;
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
