package io.latentry.scoring;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Manifest.ReferenceDistribution;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Images;
import io.latentry.core.data.InputSpec;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import io.latentry.core.graph.Output;
import io.latentry.core.text.TextWords;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Moment;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.format.TextStyle;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Turns the outputs of a graph into features that a person can read. Thread-safe. */
public final class FeatureReader {
  private static final int SECONDS_PER_DAY = 86_400;
  private static final int USUAL_CATEGORIES = 3;

  /** Of a number that is told. */
  private static final int DIGITS = 6;

  private final Set<String> numbers;
  private final Schema schema;
  private final Map<String, ReferenceDistribution> reference;

  public FeatureReader(Manifest manifest) {
    this.numbers =
        manifest.schema().columns().stream()
            .filter(column -> column.type() == ColumnType.NUMERIC)
            .map(Column::name)
            .collect(Collectors.toSet());
    this.schema = manifest.schema();
    this.reference = manifest.columnReference();
  }

  /**
   * What the features of a row are made of: contributions to the score, or to the reconstruction
   * term alone where the artifact is too old to split its score.
   */
  public static Set<Output> outputs(Set<Output> available) {
    if (available.contains(Output.HEAT_MAP) && !available.contains(Output.SCORE_CONTRIBUTION)) {
      // Of an image it is a place that counts, and no feature has a name.
      return EnumSet.noneOf(Output.class);
    }
    EnumSet<Output> outputs =
        EnumSet.of(
            available.contains(Output.SCORE_CONTRIBUTION)
                ? Output.SCORE_CONTRIBUTION
                : Output.CONTRIBUTION,
            Output.RECONSTRUCTION,
            Output.RECONSTRUCTION_CATEGORICAL);
    outputs.retainAll(available);
    return outputs;
  }

  /** Whether the column of that name is one of numbers. */
  public boolean isNumber(String column) {
    return numbers.contains(column);
  }

  /** {@code float[rows * columns]}, of {@link #outputs}. */
  public static float[] contributions(Scores scores) {
    return scores.values(
        scores.outputs().contains(Output.SCORE_CONTRIBUTION)
            ? Output.SCORE_CONTRIBUTION
            : Output.CONTRIBUTION);
  }

  /**
   * The {@code most} columns that contribute most to a sample's score, largest first. Of a window,
   * a channel with what it contributes over the window, and its value at the point that is judged;
   * of an image none.
   */
  public List<Feature> top(Samples samples, Scores scores, int sample, int most) {
    if (samples instanceof Images) {
      return List.of();
    }
    boolean ofScore = scores.outputs().contains(Output.SCORE_CONTRIBUTION);
    float[] contribution = byColumn(samples.spec(), contributions(scores), sample);
    double whole = IntStream.range(0, contribution.length).mapToDouble(j -> contribution[j]).sum();
    return IntStream.range(0, contribution.length)
        .boxed()
        .sorted(Comparator.comparingDouble(j -> -size(contribution[j], ofScore)))
        .limit(most)
        .map(j -> feature(samples, scores, sample, j, contribution[j], whole))
        .toList();
  }

  /** {@code float[columns]}: of a window, the sum over its points. */
  private static float[] byColumn(InputSpec spec, float[] contributions, int sample) {
    if (!(spec instanceof WindowSpec window)) {
      int columns = ((Schema) spec).columns().size();
      return Arrays.copyOfRange(contributions, sample * columns, (sample + 1) * columns);
    }
    float[] sums = new float[window.width()];
    int from = sample * window.size() * sums.length;
    for (int i = 0; i < window.size() * sums.length; i++) {
      sums[i % sums.length] += contributions[from + i];
    }
    return sums;
  }

  /** Shares of a score below zero are negative, all of them. */
  private static double size(float contribution, boolean ofScore) {
    return ofScore ? Math.abs(contribution) : contribution;
  }

  private Feature feature(
      Samples samples, Scores scores, int row, int j, float contribution, double whole) {
    Column column = schema.columns().get(j);
    int numericCount = schema.numericCount();
    Rows rows = samples instanceof Windows windows ? windows.judged() : (Rows) samples;
    if (j >= numericCount) {
      int index = j - numericCount;
      return new Feature(
          column.name(),
          rows.categorical(row, index),
          expectedCategory(samples.spec(), scores, row, index),
          normalRange(column),
          contribution,
          contribution / whole);
    }
    return new Feature(
        column.name(),
        actual(rows, row, j),
        text(schema, j, told(samples, scores, row, j)),
        normalRange(column),
        contribution,
        contribution / whole);
  }

  /** The {@code most} points of a window that contribute most to its score; none of a row. */
  public List<Moment> moments(Samples samples, Scores scores, int sample, int most) {
    if (!(samples.spec() instanceof WindowSpec window)) {
      return List.of();
    }
    float[] contribution = contributions(scores);
    double[] sums = new double[window.size()];
    double whole = 0;
    for (int i = 0; i < window.size() * window.width(); i++) {
      float own = contribution[sample * window.size() * window.width() + i];
      sums[i / window.width()] += own;
      whole += own;
    }
    double all = whole;
    return IntStream.range(0, window.size())
        .boxed()
        .sorted(Comparator.comparingDouble(t -> -Math.abs(sums[t])))
        .limit(most)
        .map(t -> new Moment(window.judged() - t, all == 0 ? 0 : sums[t] / all))
        .toList();
  }

  private float told(Samples samples, Scores scores, int sample, int column) {
    float value = expected(samples.spec(), scores, sample, column);
    return samples instanceof Windows windows ? windows.told(sample, column, value) : value;
  }

  private float expected(InputSpec spec, Scores scores, int sample, int column) {
    float[] values = scores.values(Output.RECONSTRUCTION);
    return spec instanceof WindowSpec window
        ? values[(sample * window.size() + window.judged()) * window.width() + column]
        : values[sample * schema.numericCount() + column];
  }

  private String expectedCategory(InputSpec spec, Scores scores, int sample, int index) {
    if (!(spec instanceof WindowSpec)) {
      return scores.expectedCategories()[sample * schema.categoricalCount() + index];
    }
    List<String> known = schema.categorical(index).categories();
    int place = Math.round(expected(spec, scores, sample, schema.numericCount() + index));
    return place >= 0 && place < known.size() ? known.get(place) : "";
  }

  /** A numeric input as a person reads it: of a text, the piece that is meant. */
  private String actual(Rows rows, int row, int j) {
    float value = rows.numeric(row, j);
    return schema
        .ofText(j)
        .map(
            of ->
                TextWords.of(
                    of.text(),
                    of.feature(),
                    value,
                    rows.text(row, schema.texts().indexOf(of.text()))))
        .orElseGet(() -> text(schema.columns().get(j), value));
  }

  /** Where normal rows lie: the 1 % and 99 % quantiles, or the usual categories. */
  public String normalRange(Column column) {
    ReferenceDistribution distribution = reference.get(column.name());
    if (distribution == null) {
      return "";
    }
    Map<String, Double> frequencies = distribution.frequencies();
    if (frequencies != null) {
      return frequencies.entrySet().stream()
          .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
          .limit(USUAL_CATEGORIES)
          .map(e -> e.getKey() + " " + Math.round(100 * e.getValue()) + " %")
          .collect(Collectors.joining(", "));
    }
    return Optional.ofNullable(distribution.values())
        .filter(values -> values.length > 0)
        .map(
            values ->
                written(column, values[(int) Math.floor(0.01 * (values.length - 1))])
                    + " to "
                    + written(column, values[(int) Math.ceil(0.99 * (values.length - 1))]))
        .orElse("");
  }

  private String written(Column column, float value) {
    int j = schema.columns().indexOf(column);
    return j < 0 ? text(column, value) : text(schema, j, value);
  }

  /** The numeric input at {@code column} as a person reads it; empty if missing. */
  public static String text(Schema schema, int column, float value) {
    return schema
        .ofText(column)
        .map(of -> TextWords.of(of.feature(), value))
        .orElseGet(() -> text(schema.columns().get(column), value));
  }

  /** A numeric input as text, in the column's own unit; empty if missing. */
  public static String text(Column column, float value) {
    if (Float.isNaN(value)) {
      return "";
    }
    return switch (column.type()) {
      case BOOLEAN -> String.valueOf(value >= 0.5f);
      case TIMESTAMP -> moment(value);
      default ->
          column.offset() == null || !Float.isFinite(value)
              ? number(value)
              : BigDecimal.valueOf(column.inOwnUnit(value)).stripTrailingZeros().toPlainString();
    };
  }

  private static String number(float value) {
    if (value == 0) {
      return "0";
    }
    if (Float.isInfinite(value)) {
      return String.valueOf(value);
    }
    double size = Math.abs(value);
    if (size >= 1e7 || size < 1e-4) {
      return String.format(Locale.ROOT, "%.4g", value);
    }
    return new BigDecimal(Float.toString(value))
        .round(new MathContext(DIGITS))
        .stripTrailingZeros()
        .toPlainString();
  }

  private static String moment(float secondOfWeek) {
    int second = Math.floorMod(Math.round(secondOfWeek), 7 * SECONDS_PER_DAY);
    return DayOfWeek.of(1 + second / SECONDS_PER_DAY)
            .getDisplayName(TextStyle.SHORT, Locale.ENGLISH)
        + " "
        + LocalTime.ofSecondOfDay(second % SECONDS_PER_DAY)
        + " UTC";
  }
}
