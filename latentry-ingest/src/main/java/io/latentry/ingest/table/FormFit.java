package io.latentry.ingest.table;

import io.latentry.core.text.TextColumn;
import io.latentry.core.text.TextFeature;
import io.latentry.core.text.TextTally;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The form that the texts of a column have in common, though each of them is another: how long they
 * are, of what share of digits and signs, of which characters, words and shapes.
 *
 * <p>What all have alike is exact; what varies may vary by as much again. Of characters, words and
 * shapes one is new that no training row has, where hardly a row has one of its own (else new ones
 * are to be expected, as the words of e-mail addresses are). Numbers in a text go on: where the
 * shape is the same in all rows and no number begins with a zero, they may have {@value #DIGITS}
 * digits more or fewer.
 */
final class FormFit {
  /** Digits that the numbers of a counter may have more, or fewer: a hundred times as many. */
  static final int DIGITS = 2;

  private static final List<TextFeature> FEATURES =
      List.of(
          TextFeature.LENGTH,
          TextFeature.DIGITS,
          TextFeature.SIGNS,
          TextFeature.RAREST_CHARACTER,
          TextFeature.RAREST_WORD,
          TextFeature.SHAPE);

  /** Between one training row with a piece and two of them. */
  private static final double ONE_OR_TWO = Math.sqrt(6);

  /** Between no training row with a piece and one of them. */
  private static final double NONE_OR_ONE = Math.sqrt(2);

  private final TextColumn text;
  private final List<Feature> kept;

  private FormFit(TextColumn text, List<Feature> kept) {
    this.text = text;
    this.kept = kept;
  }

  /**
   * A feature of the form.
   *
   * @param values by row of the table; NaN where it has no text
   * @param limits smallest and largest value that is of the form
   * @param lone places of the training rows that would be of another form if the others alone had
   *     been seen
   */
  record Feature(TextFeature feature, float[] values, List<Double> limits, int[] lone) {}

  /**
   * @param rows training rows, at least one of them with a text
   */
  static FormFit of(String name, Table.Coded coded, int[] rows) {
    int[] times = new int[coded.dictionary().size()];
    for (int row : rows) {
      int code = coded.codes()[row];
      if (code != Table.MISSING_CODE) {
        times[code]++;
      }
    }
    int[] known = IntStream.range(0, times.length).filter(code -> times[code] > 0).toArray();
    TextTally tally = new TextTally(FEATURES);
    for (int code : known) {
      tally.add(coded.dictionary().get(code), times[code]);
    }
    TextColumn text = tally.column(name);
    float[][] values = new float[times.length][0];
    for (int code : known) {
      values[code] = text.values(coded.dictionary().get(code));
    }
    boolean counts = isCounter(coded, known, values);
    List<Feature> features = new ArrayList<>();
    for (TextFeature feature : FEATURES) {
      int at = FEATURES.indexOf(feature);
      float[] byRow = new float[coded.codes().length];
      Arrays.fill(byRow, Float.NaN);
      for (int row : rows) {
        int code = coded.codes()[row];
        byRow[row] = code == Table.MISSING_CODE ? Float.NaN : values[code][at];
      }
      features.add(
          feature.grain().isPresent()
              ? ofPieces(feature, byRow, rows, text.rows())
              : ofFigures(
                  feature, byRow, rows, counts ? grown(feature, values, known) : new double[0]));
    }
    return new FormFit(text, features);
  }

  /** Of all features. */
  TextColumn text() {
    return text;
  }

  /** Those with the fewest lone rows first. */
  List<Feature> features() {
    return kept.stream()
        .sorted(Comparator.comparingInt((Feature feature) -> feature.lone().length))
        .toList();
  }

  private static Feature ofFigures(
      TextFeature feature, float[] values, int[] rows, double[] grown) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int row : rows) {
      if (!Float.isNaN(values[row])) {
        least = Math.min(least, values[row]);
        most = Math.max(most, values[row]);
      }
    }
    double width = most - least;
    double lowest = least - width;
    double highest = most + width;
    if (grown.length > 0) {
      lowest = Math.min(lowest, grown[0]);
      highest = Math.max(highest, grown[1]);
    }
    return new Feature(feature, values, List.of(lowest, highest), LoneRows.far(values, rows));
  }

  private static Feature ofPieces(TextFeature feature, float[] values, int[] rows, int texts) {
    double ofOne = Math.log((1 + texts) / ONE_OR_TWO);
    int[] lone = IntStream.range(0, rows.length).filter(i -> values[rows[i]] > ofOne).toArray();
    double highest = Math.log((1 + texts) / NONE_OR_ONE);
    return new Feature(feature, values, List.of((double) -Float.MAX_VALUE, highest), lone);
  }

  /** Whether the texts are all of one shape with numbers in it that are written without zeros. */
  private static boolean isCounter(Table.Coded coded, int[] known, float[][] values) {
    int shape = FEATURES.indexOf(TextFeature.SHAPE);
    int digits = FEATURES.indexOf(TextFeature.DIGITS);
    for (int code : known) {
      if (values[code][shape] != 0
          || values[code][digits] == 0
          || isPadded(coded.dictionary().get(code))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPadded(String text) {
    for (int i = 0; i + 1 < text.length(); i++) {
      boolean starts = i == 0 || !isDigit(text.charAt(i - 1));
      if (starts && text.charAt(i) == '0' && isDigit(text.charAt(i + 1))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** What a figure comes to with more digits, and with fewer: smallest and largest. */
  private static double[] grown(TextFeature feature, float[][] values, int[] known) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int code : known) {
      double length = values[code][FEATURES.indexOf(TextFeature.LENGTH)];
      double digits = Math.rint(length * values[code][FEATURES.indexOf(TextFeature.DIGITS)]);
      double signs = Math.rint(length * values[code][FEATURES.indexOf(TextFeature.SIGNS)]);
      for (double more : new double[] {DIGITS, Math.max(-DIGITS, 1 - digits)}) {
        double value =
            switch (feature) {
              case LENGTH -> length + more;
              case DIGITS -> (digits + more) / (length + more);
              default -> signs / (length + more);
            };
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    // A share is cut to a float32.
    return new double[] {Math.nextDown((float) least), Math.nextUp((float) most)};
  }
}
