package io.latentry.pipeline.plan;

import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.calibration.ThresholdFit;
import io.latentry.core.data.DataException;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.text.TextFeature;
import io.latentry.ingest.image.ImageSource;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.FaultyRow;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.table.ColumnProfile;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.TableProfile;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.clean.Contamination;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TableData;
import io.latentry.pipeline.data.TrainingData;
import io.latentry.training.config.Profile;
import io.latentry.training.config.VaeConfig;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** Looks at a table and says what a fit on it would look like; trains nothing. */
public final class Planner {
  private static final double[] COMMON_RATES = {0.05, 0.01, 0.005, 0.001, 0.0001};

  static final int CATEGORIES_SHOWN = 3;

  /** Share of distinct values in a column that orders its rows. */
  private static final double FEW_REPEATS = 0.5;

  private final Progress listener;

  public Planner(Progress listener) {
    this.listener = listener;
  }

  /**
   * Plans a fit.
   *
   * @throws io.latentry.core.data.DataException if the data cannot be used: where a fit would throw
   *     it before it trains, and in the same words
   */
  public Plan plan(List<String> data, StandardInput input, FitConfig asked) {
    if (ImageSource.isOne(data)) {
      throw new DataException(data.get(0) + ": images (expected: a table or a series)");
    }
    FitConfig config = asked.settledSeries();
    List<String> notices = new ArrayList<>();
    Progress noting = Progress.noting(listener, notices::add);
    try (DataSource source = DataSource.open(data, config.data().readOptions(), input)) {
      listener.stage("reading " + source.name());
      TableProfile profile = Profiler.profile(source, listener.reading());
      TrainingData table = TrainingData.read(source, profile, config.data(), noting);
      ordered(profile, config.data()).ifPresent(notices::add);
      if (config.data().series() != null) {
        notices.add(
            "neighbouring points go together and count for less: a fit may support no rate as small"
                + " as told here, and says so");
      }
      DataSplit dealt = table.split(SplitConfig.DEFAULT, config.seed());
      int calibration = dealt.calibration().length;
      if (config.calibration().isRateAskedFor()) {
        ThresholdFit.requireSupport(config.calibration(), calibration);
      }
      if (!config.data().clean()) {
        Contamination.in(table).ifPresent(notices::add);
      }
      NormalRows normals = NormalRows.of(table, profile);
      SplitConfig split = SplitConfig.DEFAULT;
      int below = split.crossValidationBelow(config.data().time() != null);
      boolean crossValidated = dealt.isCrossValidated();
      int usable = table.counts().normal();
      int models = crossValidated ? split.folds() + 1 : 2;
      VaeConfig model = Profile.settled(config.model(), table.schema());
      Effort effort =
          Effort.of(
              config.withModel(model),
              normals.columns().size(),
              normals.width(),
              profile.rows(),
              usable,
              calibration,
              models);
      return new Plan(
          source.name(),
          profile.rows(),
          profile.faultyRows(),
          normals.columns(),
          table.schema().leftOut(),
          problems(profile, notices),
          normals.width(),
          usable,
          calibration,
          crossValidated,
          smallestRate(config.calibration(), calibration),
          rowsNeeded(config.calibration(), split, below, calibration, crossValidated),
          effort.seconds(),
          effort.memoryBytes());
    }
  }

  /** A column of moments without repeats: the rows may be points of a series. */
  private static Optional<String> ordered(TableProfile profile, DataConfig config) {
    if (config.series() != null) {
      return Optional.empty();
    }
    return profile.columns().stream()
        .filter(column -> !config.exclude().contains(column.name()))
        .filter(
            column ->
                column.moments() > 1
                    && column.moments() == column.given()
                    && column.distinct() > FEW_REPEATS * column.given())
        .findFirst()
        .map(
            column ->
                "column '"
                    + column.name()
                    + "' gives each row a time: if the rows are points of a series, --time "
                    + column.name()
                    + " --window auto judges each by those before it");
  }

  /** What of a text enters a model. */
  static String by(List<TextFeature> features) {
    return "its " + features.stream().map(TextFeature::words).collect(Collectors.joining(", "));
  }

  static String range(double min, double max) {
    if (Double.isNaN(min)) {
      return "no number";
    }
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

  private static List<String> problems(TableProfile profile, List<String> notices) {
    // Columns left out stand in a list of their own.
    List<String> problems =
        new ArrayList<>(notices.stream().filter(n -> !n.contains(TableData.LEFT_OUT)).toList());
    if (profile.faultyRows() > 0) {
      String first =
          profile.firstFaults().stream().map(FaultyRow::fault).findFirst().orElse("unknown");
      problems.add(profile.faultyRows() + " rows cannot be read, the first: " + first);
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

  static double smallestRate(CalibrationConfig config, int calibration) {
    boolean none = calibration < ThresholdFit.rowsNeeded(config.thresholdRule(), 0.5);
    return none ? 1 : ThresholdFit.smallestRate(config.thresholdRule(), calibration);
  }

  static List<Plan.RowsForRate> rowsNeeded(
      CalibrationConfig config,
      SplitConfig split,
      int below,
      int calibration,
      boolean crossValidated) {
    return DoubleStream.of(COMMON_RATES)
        .mapToObj(
            rate -> {
              int needed = ThresholdFit.rowsNeeded(config.thresholdRule(), rate);
              boolean enough = calibration >= needed;
              // Beyond the cross-validation, only a share of the rows calibrates.
              boolean allCalibrate = needed < below && (enough || crossValidated);
              int normal =
                  allCalibrate ? needed : (int) Math.ceil(needed / split.calibrationShare());
              return new Plan.RowsForRate(rate, needed, normal, enough);
            })
        .toList();
  }
}
