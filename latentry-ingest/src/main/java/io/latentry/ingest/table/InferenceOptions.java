package io.latentry.ingest.table;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is said about a table beforehand.
 *
 * @param label the column that tells normal rows from others; never an input
 * @param time the column that orders rows; never an input unless a choice gives it a type
 * @param keys the columns that say whose row it is; never inputs
 * @param exclude columns to leave out
 * @param choices by column name; the policies of {@link #EVERY_COLUMN} are those of columns that
 *     have none of their own
 */
public record InferenceOptions(
    Optional<String> label,
    Optional<String> time,
    List<String> keys,
    List<String> exclude,
    Map<String, ColumnChoice> choices) {

  /** Stands for every column in {@link #choices}. */
  public static final String EVERY_COLUMN = "*";

  public static final InferenceOptions NONE =
      new InferenceOptions(Optional.empty(), Optional.empty(), List.of(), List.of(), Map.of());

  public InferenceOptions {
    keys = List.copyOf(keys);
    exclude = List.copyOf(exclude);
    choices = Map.copyOf(choices);
  }

  public InferenceOptions withLabel(String column) {
    return new InferenceOptions(Optional.of(column), time, keys, exclude, choices);
  }

  public InferenceOptions withTime(String column) {
    return new InferenceOptions(label, Optional.of(column), keys, exclude, choices);
  }

  public InferenceOptions withExclude(List<String> columns) {
    return new InferenceOptions(label, time, keys, columns, choices);
  }

  public InferenceOptions withChoices(Map<String, ColumnChoice> byName) {
    return new InferenceOptions(label, time, keys, exclude, byName);
  }
}
