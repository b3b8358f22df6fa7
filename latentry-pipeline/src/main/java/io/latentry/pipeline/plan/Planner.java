package io.latentry.pipeline.plan;

import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.calibration.ThresholdFit;
import io.latentry.core.data.ColumnType;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.text.TextFeature;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.FaultyRow;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.table.ColumnProfile;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.SchemaInference;
import io.latentry.ingest.table.Table;
import io.latentry.ingest.table.TableLayout;
import io.latentry.ingest.table.TableLoader;
import io.latentry.ingest.table.TableProfile;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.training.config.VaeConfig;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** Looks at a table and says what a fit on it would look like; trains nothing. */
public final class Planner {
  private static final double[] COMMON_RATES = {0.05, 0.01, 0.005, 0.001, 0.0001};

  /** Time of a training step beside its arithmetic, seconds. */
  private static final double STEP_OVERHEAD = 2e-3;

  /**
   * Arithmetic of training on one thread of an ordinary machine, floating-point operations a
   * second.
   */
  private static final double TRAINING_FLOPS = 2e10;

  /** Heap and native memory that a fit takes whatever the data, bytes. */
  private static final long BASE_MEMORY = 400L << 20;

  static final int CATEGORIES_SHOWN = 3;

  private final Progress listener;

  public Planner(Progress listener) {
    this.listener = listener;
  }

  /**
   * Plans a fit.
   *
   * @throws io.latentry.core.data.DataException if the data cannot be used
   */
  public Plan plan(List<String> data, StandardInput input, FitConfig config) {
    try (DataSource source = DataSource.open(data, config.data().readOptions(), input)) {
      listener.stage("reading " + source.name());
      TableProfile profile = Profiler.profile(source, listener.reading());
      TableLayout layout = SchemaInference.infer(profile, config.data().inferenceOptions());
      Optional<Table> labelled =
          config.data().label() == null
              ? Optional.empty()
              : Optional.of(TableLoader.load(source, profile, layout, listener.reading()));
      Optional<NormalRows> normals =
          labelled.flatMap(table -> NormalRows.of(table, String.valueOf(config.data().normal())));
      long readable = profile.rows() - profile.faultyRows();
      int usable =
          labelled.isEmpty()
              ? (int) Math.min(Integer.MAX_VALUE, readable)
              : normals.map(NormalRows::count).orElse(0);
      List<Plan.PlannedColumn> columns =
          normals.map(NormalRows::columns).orElseGet(() -> columns(profile, layout));
      SplitConfig split = SplitConfig.DEFAULT;
      boolean crossValidated = usable < split.crossValidationBelow();
      int calibration =
          crossValidated ? usable : (int) Math.round(usable * split.calibrationShare());
      int width = width(columns);
      return new Plan(
          source.name(),
          profile.rows(),
          profile.faultyRows(),
          columns,
          normals.map(NormalRows::leftOut).orElse(layout.leftOut()),
          problems(profile, usable, labelled, config.data()),
          width,
          usable,
          calibration,
          crossValidated,
          smallestRate(config.calibration(), calibration),
          rowsNeeded(config.calibration(), split, calibration, crossValidated),
          trainingSeconds(config, width, crossValidated ? split.folds() + 1 : 2),
          memory(config, width, usable, columns.size()));
    }
  }

  private static List<Plan.PlannedColumn> columns(TableProfile profile, TableLayout layout) {
    Map<String, ColumnProfile> byName = byName(profile);
    return layout.inputs().stream()
        .map(
            input -> {
              ColumnProfile column = byName.get(input.name());
              if (column == null) {
                throw new IllegalStateException(input.name() + ": not profiled");
              }
              return new Plan.PlannedColumn(
                  input.name(),
                  input.type(),
                  column.rows() == 0 ? 0 : (double) column.missing() / column.rows(),
                  column.distinct(),
                  range(input.type(), column));
            })
        .toList();
  }

  private static String range(ColumnType type, ColumnProfile column) {
    if (type == ColumnType.NUMERIC) {
      return range(column.min(), column.max());
    }
    if (type == ColumnType.TEXT) {
      return by(List.of(TextFeature.values()));
    }
    return column.top().stream()
        .limit(CATEGORIES_SHOWN)
        .map(ColumnProfile.Frequency::value)
        .collect(Collectors.joining(", "));
  }

  /** What of a text enters a model. */
  static String by(List<TextFeature> features) {
    return "its " + features.stream().map(TextFeature::words).collect(Collectors.joining(", "));
  }

  static String range(double min, double max) {
    return figure(min) + " to " + figure(max);
  }

  private static String figure(double value) {
    if (!Double.isFinite(value)) {
      return String.valueOf(value);
    }
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(6)).stripTrailingZeros();
    boolean readable = Math.abs(value) >= 1e-6 && Math.abs(value) < 1e15;
    return readable ? rounded.toPlainString() : rounded.toString();
  }

  private static List<String> problems(
      TableProfile profile, int usable, Optional<Table> labelled, DataConfig config) {
    List<String> problems = new ArrayList<>(profile.notices());
    if (profile.faultyRows() > 0) {
      String first =
          profile.firstFaults().stream().map(FaultyRow::fault).findFirst().orElse("unknown");
      problems.add(profile.faultyRows() + " rows cannot be read, the first: " + first);
    }
    labelled
        .flatMap(Table::labels)
        .filter(labels -> !Arrays.asList(labels).contains(config.normal()))
        .ifPresent(
            labels ->
                problems.add(
                    "normal: '%s' (expected: a value of column '%s', such as %s); a fit would refuse this"
                        .formatted(
                            config.normal(),
                            config.label(),
                            Arrays.stream(labels).distinct().limit(10).toList())));
    if (usable < DataSplit.FEWEST_ROWS) {
      problems.add(
          usable + " usable rows (expected: at least " + DataSplit.FEWEST_ROWS + " to fit at all)");
    }
    for (ColumnProfile column : profile.columns()) {
      if (column.infinite() > 0) {
        problems.add(
            String.format(
                Locale.ROOT,
                "column '%s': %,d values are infinite or too large; their rows cannot be used",
                column.name(),
                column.infinite()));
      }
      if (column.rows() > 0 && column.missing() > column.rows() / 2 && column.given() > 0) {
        problems.add(
            String.format(
                Locale.ROOT,
                "column '%s': %.0f %% of its values are missing",
                column.name(),
                100.0 * column.missing() / column.rows()));
      }
    }
    return problems;
  }

  private static double smallestRate(CalibrationConfig config, int calibration) {
    boolean none = calibration < ThresholdFit.rowsNeeded(config.thresholdRule(), 0.5);
    return none ? 1 : ThresholdFit.smallestRate(config.thresholdRule(), calibration);
  }

  private static List<Plan.RowsForRate> rowsNeeded(
      CalibrationConfig config, SplitConfig split, int calibration, boolean crossValidated) {
    return DoubleStream.of(COMMON_RATES)
        .mapToObj(
            rate -> {
              int needed = ThresholdFit.rowsNeeded(config.thresholdRule(), rate);
              boolean enough = calibration >= needed;
              // Beyond the cross-validation, only a share of the rows calibrates.
              boolean allCalibrate =
                  needed < split.crossValidationBelow() && (enough || crossValidated);
              int normal =
                  allCalibrate ? needed : (int) Math.ceil(needed / split.calibrationShare());
              return new Plan.RowsForRate(rate, needed, normal, enough);
            })
        .toList();
  }

  /** Entries of the vector, as the Preprocessor lays them out. */
  private static int width(List<Plan.PlannedColumn> columns) {
    int width = 0;
    for (Plan.PlannedColumn column : columns) {
      boolean misses = column.missingShare() > 0;
      width +=
          switch (column.type()) {
            case NUMERIC -> 2 + (misses ? 1 : 0);
            case BOOLEAN -> 1 + (misses ? 1 : 0);
            case TIMESTAMP -> 4 + (misses ? 1 : 0);
            case TEXT -> TextFeature.values().length * (2 + (misses ? 1 : 0));
            default ->
                (int) Math.min(column.distinct(), Table.CATEGORIES_AT_MOST) + (misses ? 2 : 1);
          };
    }
    return width;
  }

  /** Weights of one member. */
  private static long weights(VaeConfig model, int width) {
    int latent = Optional.ofNullable(model.resolved(Math.max(1, width)).latent()).orElse(width);
    long weights = 0;
    int before = width;
    for (int hidden : model.hidden()) {
      weights += (long) before * hidden;
      before = hidden;
    }
    return 2 * weights + 3L * before * latent;
  }

  private static double trainingSeconds(FitConfig config, int width, int models) {
    double perStep =
        STEP_OVERHEAD
            + 6.0
                * weights(config.model(), width)
                * config.model().members()
                * config.training().batch()
                / TRAINING_FLOPS;
    return models * config.training().steps() * perStep;
  }

  private static long memory(FitConfig config, int width, long rows, int columns) {
    long table = rows * columns * Float.BYTES;
    long prepared = rows * width * Float.BYTES;
    long weights = 5L * weights(config.model(), width) * config.model().members() * Float.BYTES;
    return BASE_MEMORY + 3 * table + 3 * prepared + weights;
  }

  private static Map<String, ColumnProfile> byName(TableProfile profile) {
    return profile.columns().stream()
        .collect(Collectors.toMap(ColumnProfile::name, Function.identity(), (a, b) -> a));
  }
}
