package io.latentry.ingest.table;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Schema;
import io.latentry.core.text.TextColumn;
import io.latentry.core.text.TextFeature;
import io.latentry.core.text.TextTally;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the training rows of a table show of a column of texts.
 *
 * @param text nothing if no feature has variety
 * @param ranges {@code [feature][smallest, largest]} over the training rows
 * @param missing training rows without a text
 */
record TextFit(Optional<TextColumn> text, float[][] ranges, int missing) {

  static TextFit of(String name, Table.Coded coded, int[] rows) {
    int[] times = new int[coded.dictionary().size()];
    int missing = 0;
    for (int row : rows) {
      int code = coded.codes()[row];
      if (code == Table.MISSING_CODE) {
        missing++;
      } else {
        times[code]++;
      }
    }
    int[] seen = IntStream.range(0, times.length).filter(code -> times[code] > 0).toArray();
    TextTally tally = new TextTally();
    for (int code : seen) {
      tally.add(coded.dictionary().get(code), times[code]);
    }
    List<TextFeature> all = List.of(TextFeature.values());
    TextColumn full = tally.column(name, all);
    float[][] ranges = new float[all.size()][];
    Arrays.setAll(ranges, k -> new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY});
    for (int code : seen) {
      float[] values = full.trainingValues(coded.dictionary().get(code));
      for (int k = 0; k < values.length; k++) {
        ranges[k][0] = Math.min(ranges[k][0], values[k]);
        ranges[k][1] = Math.max(ranges[k][1], values[k]);
      }
    }
    int[] varied =
        IntStream.range(0, ranges.length).filter(k -> ranges[k][0] < ranges[k][1]).toArray();
    List<TextFeature> features = IntStream.of(varied).mapToObj(all::get).toList();
    return new TextFit(
        features.isEmpty() ? Optional.empty() : Optional.of(tally.column(name, features)),
        IntStream.of(varied).mapToObj(k -> ranges[k]).toArray(float[][]::new),
        missing);
  }

  /** A numeric column for each feature of the text. */
  List<Column> columns(MissingPolicy policy) {
    TextColumn of = text.orElseThrow();
    return IntStream.range(0, ranges.length)
        .mapToObj(
            k ->
                Column.numeric(
                    of.columnOf(of.features().get(k)),
                    ColumnType.NUMERIC,
                    policy,
                    ranges[k][0],
                    ranges[k][1]))
        .toList();
  }

  /**
   * Puts the features of the rows at {@code indices} where {@code schema} has them.
   *
   * @param counted whether {@code text} counted these rows
   * @param numeric {@code float[indices.length * schema.numericCount()]}, row-major
   */
  static void putFeatures(
      TextColumn text,
      Table.Coded coded,
      Schema schema,
      int[] indices,
      boolean counted,
      float[] numeric) {
    List<String> names = schema.columns().stream().map(Column::name).toList();
    int[] at = text.features().stream().mapToInt(f -> names.indexOf(text.columnOf(f))).toArray();
    float[] missing = new float[at.length];
    Arrays.fill(missing, Float.NaN);
    int width = schema.numericCount();
    Map<Integer, float[]> known = new HashMap<>();
    for (int i = 0; i < indices.length; i++) {
      int code = coded.codes()[indices[i]];
      float[] values = missing;
      if (code != Table.MISSING_CODE) {
        String written = coded.dictionary().get(code);
        values =
            known.computeIfAbsent(
                code, c -> counted ? text.trainingValues(written) : text.values(written));
      }
      for (int k = 0; k < at.length; k++) {
        numeric[i * width + at[k]] = values[k];
      }
    }
  }
}
