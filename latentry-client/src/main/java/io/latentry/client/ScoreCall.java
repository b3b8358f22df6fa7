package io.latentry.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to judge, and what to be told beside verdicts. A value is a {@link Number}, a {@link
 * String}, a {@link Boolean}, or null for a missing one.
 *
 * @param rows null if given by {@code columns}, and the other way round
 * @param explain the most columns named for each row
 * @param reconstruct whether to be told what the model expects in each column
 * @param terms whether to be told both terms
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ScoreCall(
    @Nullable List<? extends Map<String, ?>> rows,
    @Nullable Map<String, ? extends List<?>> columns,
    int explain,
    boolean reconstruct,
    boolean terms) {

  public ScoreCall {
    if ((rows == null) == (columns == null)) {
      throw new IllegalArgumentException("rows, columns: both or neither (expected: one of them)");
    }
  }

  /** Row by row; a column that a row lacks is a missing value. */
  public static ScoreCall ofRows(List<? extends Map<String, ?>> rows) {
    return new ScoreCall(rows, null, 0, false, false);
  }

  /** Column by column, all of one length. */
  public static ScoreCall ofColumns(Map<String, ? extends List<?>> columns) {
    return new ScoreCall(null, columns, 0, false, false);
  }

  public ScoreCall withExplain(int mostColumns) {
    return new ScoreCall(rows, columns, mostColumns, reconstruct, terms);
  }

  public ScoreCall withReconstruct() {
    return new ScoreCall(rows, columns, explain, true, terms);
  }

  public ScoreCall withTerms() {
    return new ScoreCall(rows, columns, explain, reconstruct, true);
  }
}
