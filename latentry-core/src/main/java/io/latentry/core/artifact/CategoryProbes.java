package io.latentry.core.artifact;

import io.latentry.core.data.InputSpec;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a table's model gives for each of its categories: row {@code k} is one and the same probe,
 * with category {@code k} of every categorical column that has so many in place of its own. A host
 * that reads a category otherwise than the training did is found out by it.
 *
 * @param score {@code float[rows]}
 * @param reconstructionTerm {@code float[rows]}, nats
 */
public record CategoryProbes(float[] score, float[] reconstructionTerm) {
  /** Categories of a column that have one; of a longer list, those beyond have none. */
  public static final int MOST = 1 << 16;

  private static final int MOST_SHOWN = 5;
  private static final int MOST_LETTERS = 60;

  /** How many rows there are to prove all categories of a schema; 0 where it has none. */
  public static int count(Schema schema) {
    int most = 0;
    for (int j = 0; j < schema.categoricalCount(); j++) {
      most = Math.max(most, schema.categorical(j).categories().size());
    }
    return Math.min(MOST, most);
  }

  /**
   * Rows {@code from} to {@code to - 1}.
   *
   * @param base the probe whose other cells they have
   */
  public static Rows rows(Schema schema, Probes.Probe base, int from, int to) {
    int numbers = schema.numericCount();
    int texts = schema.categoricalCount();
    float[] numeric = new float[(to - from) * numbers];
    String[] categorical = new String[(to - from) * texts];
    for (int row = from; row < to; row++) {
      System.arraycopy(base.numeric(), 0, numeric, (row - from) * numbers, numbers);
      for (int j = 0; j < texts; j++) {
        List<String> categories = schema.categorical(j).categories();
        categorical[(row - from) * texts + j] =
            row < categories.size() ? categories.get(row) : base.categorical()[j];
      }
    }
    return Rows.of(schema, to - from, numeric, categorical);
  }

  /** What row {@code row} shows, the first columns of it, for a message. */
  public static String shown(Schema schema, int row) {
    return IntStream.range(0, schema.categoricalCount())
        .mapToObj(schema::categorical)
        .filter(column -> row < column.categories().size())
        .limit(MOST_SHOWN)
        .map(
            column ->
                "'"
                    + shortened(column.name())
                    + "' = '"
                    + shortened(column.categories().get(row))
                    + "'")
        .collect(Collectors.joining(", "));
  }

  /** In one line, and not too long a one: names and categories are the file's. */
  private static String shortened(String text) {
    String start = text.length() > MOST_LETTERS ? text.substring(0, MOST_LETTERS) + "..." : text;
    return start.replaceAll("\\p{Cntrl}", "?");
  }

  /**
   * @throws ArtifactException if they are not as many as the schema asks for, or expect what no
   *     model gives
   */
  void require(InputSpec spec) {
    int count = spec instanceof Schema schema ? count(schema) : 0;
    for (float[] values : List.of(score, reconstructionTerm)) {
      if (values.length != count) {
        throw new ArtifactException(
            "latentry.probes.categories: "
                + values.length
                + " values (expected: "
                + count
                + ", one for each category of the column that has the most); fit again");
      }
      for (int row = 0; row < count; row++) {
        if (Float.isInfinite(values[row])) {
          throw new ArtifactException(
              "latentry.probes.categories: value "
                  + row
                  + ": "
                  + values[row]
                  + " (expected: a finite number, or NaN for a row that cannot be judged); fit"
                  + " again");
        }
      }
    }
  }
}
