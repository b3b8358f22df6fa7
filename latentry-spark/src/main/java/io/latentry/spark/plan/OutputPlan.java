package io.latentry.spark.plan;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.VerdictFields;
import io.latentry.scoring.FeatureReader;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * What a judged row has: its own columns, then those of a verdict.
 *
 * @param explain columns that are explained
 * @param series whether rows are points of series; each then says at its end where it belongs,
 *     which is not told
 * @param about whether it is told which point a verdict is about, since it may be an earlier one
 */
public record OutputPlan(int explain, boolean series, boolean about) implements Serializable {
  private static final long serialVersionUID = 1;

  private static final String ABOUT = "about";

  public static OutputPlan of(Manifest manifest, int explain) {
    return new OutputPlan(explain, manifest.series() != null, false);
  }

  /** The same, where a verdict may be about an earlier point. */
  public OutputPlan tellingWhich() {
    return new OutputPlan(explain, series, true);
  }

  /** {@link VerdictFields} but for the number of the row, which a table in pieces does not have. */
  public StructType verdict() {
    List<StructField> fields = new ArrayList<>();
    (series ? VerdictFields.ofSeries(List.of(), explain) : VerdictFields.of(List.of(), explain))
        .stream()
            .filter(field -> field.type() != VerdictFields.Type.INTEGER)
            .map(
                field ->
                    new StructField(
                        field.name(),
                        field.type() == VerdictFields.Type.NUMBER
                            ? DataTypes.DoubleType
                            : DataTypes.StringType,
                        !field.name().equals("verdict"),
                        Metadata.empty()))
            .forEach(fields::add);
    if (about) {
      fields.add(new StructField(ABOUT, DataTypes.StringType, true, Metadata.empty()));
    }
    return new StructType(fields.toArray(StructField[]::new));
  }

  /**
   * The columns of {@code table}, those called {@code input_NAME} (and so on, until it is free)
   * whose name a column of a verdict has, and these.
   */
  public StructType judged(StructType table, boolean caseSensitive) {
    UnaryOperator<String> told = caseSensitive ? name -> name : n -> n.toLowerCase(Locale.ROOT);
    StructType verdict = verdict();
    Set<String> own =
        Arrays.stream(verdict.fieldNames())
            .map(told)
            .collect(Collectors.toCollection(HashSet::new));
    Set<String> taken = new HashSet<>(own);
    Arrays.stream(table.fieldNames()).map(told).forEach(taken::add);
    List<StructField> fields = new ArrayList<>();
    for (StructField field : table.fields()) {
      String name = field.name();
      if (own.contains(told.apply(name))) {
        do {
          name = VerdictFields.KEPT_PREFIX + name;
        } while (!taken.add(told.apply(name)));
      }
      fields.add(new StructField(name, field.dataType(), field.nullable(), field.metadata()));
    }
    fields.addAll(List.of(verdict.fields()));
    return new StructType(fields.toArray(StructField[]::new));
  }

  /**
   * {@code row} with its verdict behind it.
   *
   * @param unsmoothed of a point of a series; null of a row of a table
   * @param time when the point was that the verdict is about; null if that is not known
   */
  public Row judged(
      Row row,
      Judgement judgement,
      @Nullable Float unsmoothed,
      @Nullable String time,
      List<Feature> top,
      FeatureReader features) {
    int kept = series ? row.size() - 1 : row.size();
    @Nullable Object[] values = new Object[kept + verdictSize()];
    for (int i = 0; i < kept; i++) {
      values[i] = row.get(i);
    }
    Values cells = new Values(values, kept);
    VerdictFields.write(
        cells, 0, judgement, unsmoothed, List.of(), j -> false, top, features::isNumber, explain);
    if (about) {
      values[values.length - 1] = time;
    }
    return RowFactory.create(values);
  }

  private int verdictSize() {
    return 6 + 4 * explain + (series ? 1 : 0) + (about ? 1 : 0);
  }

  /** A missing number is null, and so is a text that says nothing. */
  private static final class Values implements VerdictFields.Cells {
    private final @Nullable Object[] values;
    private int at;

    Values(@Nullable Object[] values, int at) {
      this.values = values;
      this.at = at;
    }

    @Override
    public VerdictFields.Cells integer(long value) {
      return this;
    }

    @Override
    public VerdictFields.Cells number(float value) {
      return number((double) value);
    }

    @Override
    public VerdictFields.Cells number(double value) {
      values[at++] = Double.isNaN(value) ? null : (Object) value;
      return this;
    }

    @Override
    public VerdictFields.Cells text(String value) {
      values[at++] = value.isEmpty() ? null : value;
      return this;
    }
  }
}
