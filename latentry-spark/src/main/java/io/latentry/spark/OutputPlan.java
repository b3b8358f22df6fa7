package io.latentry.spark;

import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.VerdictFields;
import io.latentry.scoring.FeatureReader;
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

/** What a judged row has: its own columns, then those of a verdict. */
final class OutputPlan {
  private OutputPlan() {}

  /** {@link VerdictFields} but for the number of the row, which a table in pieces does not have. */
  static StructType verdict(int explain) {
    StructField[] fields =
        VerdictFields.of(List.of(), explain).stream()
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
            .toArray(StructField[]::new);
    return new StructType(fields);
  }

  /**
   * The columns of {@code table}, those called {@code input_NAME} (and so on, until it is free)
   * whose name a column of a verdict has, and these.
   */
  static StructType judged(StructType table, int explain, boolean caseSensitive) {
    UnaryOperator<String> told = caseSensitive ? name -> name : n -> n.toLowerCase(Locale.ROOT);
    StructType verdict = verdict(explain);
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

  /** {@code row} with its verdict behind it. */
  static Row judged(Row row, Judgement judgement, List<Feature> top, int explain, FeatureReader f) {
    int kept = row.size();
    @Nullable Object[] values = new Object[kept + verdictSize(explain)];
    for (int i = 0; i < kept; i++) {
      values[i] = row.get(i);
    }
    VerdictFields.write(
        new Values(values, kept), 0, judgement, List.of(), j -> false, top, f::isNumber, explain);
    return RowFactory.create(values);
  }

  /** The verdict alone. */
  static Row verdict(Judgement judgement, List<Feature> top, int explain, FeatureReader features) {
    return judged(RowFactory.create(), judgement, top, explain, features);
  }

  private static int verdictSize(int explain) {
    return 6 + 4 * explain;
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
