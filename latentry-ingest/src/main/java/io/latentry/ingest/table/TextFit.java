package io.latentry.ingest.table;

import io.latentry.core.data.Column;
import io.latentry.core.data.Schema;
import io.latentry.core.text.TextColumn;
import io.latentry.core.text.TextFeature;
import io.latentry.core.text.TextTally;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What the training rows of a table show of a column of texts.
 *
 * <p>A training row is measured as if it had not been counted, else its own pieces would look less
 * rare than those of a new row, and the model would take every new row for strange. It costs no
 * rows, as holding some of them apart would.
 */
final class TextFit {
  /** What still tells a stranger among texts that are all alike, such as part numbers. */
  private static final List<TextFeature> FORM =
      List.of(TextFeature.RAREST_CHARACTER, TextFeature.SHAPE);

  private final TextColumn all;
  private final Table.Coded coded;

  /** By code, the values of all features; empty for a text of no training row. */
  private final float[][] values;

  private final int given;

  private TextFit(TextColumn all, Table.Coded coded, float[][] values, int given) {
    this.all = all;
    this.coded = coded;
    this.values = values;
    this.given = given;
  }

  static TextFit of(String name, Table.Coded coded, int[] rows) {
    int[] times = new int[coded.dictionary().size()];
    int given = 0;
    for (int row : rows) {
      int code = coded.codes()[row];
      if (code != Table.MISSING_CODE) {
        times[code]++;
        given++;
      }
    }
    TextTally tally = new TextTally();
    for (int code = 0; code < times.length; code++) {
      if (times[code] > 0) {
        tally.add(coded.dictionary().get(code), times[code]);
      }
    }
    TextColumn all = tally.column(name);
    float[][] values = new float[times.length][0];
    for (int code = 0; code < times.length; code++) {
      if (times[code] > 0) {
        values[code] = all.trainingValues(coded.dictionary().get(code));
      }
    }
    return new TextFit(all, coded, values, given);
  }

  /** Training rows with a text. */
  int given() {
    return given;
  }

  /** The features that have variety and those that had none yet; the form alone if none has. */
  List<TextFeature> telling() {
    List<TextFeature> features = all.features();
    boolean varies = IntStream.range(0, features.size()).anyMatch(feature -> distinct(feature) > 1);
    return given == 0 ? List.of() : varies ? features : FORM;
  }

  private long distinct(int feature) {
    return Arrays.stream(values)
        .filter(of -> of.length > 0)
        .map(of -> of[feature])
        .distinct()
        .limit(2)
        .count();
  }

  TextColumn column(List<TextFeature> features) {
    return all.with(features).orElseThrow();
  }

  /** Of all rows of the table; NaN where there is no text, or it is in no training row. */
  float[] values(TextFeature feature, int rows) {
    int at = all.features().indexOf(feature);
    float[] byRow = new float[rows];
    for (int row = 0; row < rows; row++) {
      int code = coded.codes()[row];
      boolean known = code != Table.MISSING_CODE && values[code].length > 0;
      byRow[row] = known ? values[code][at] : Float.NaN;
    }
    return byRow;
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
