package io.latentry.cli.fit;

import io.latentry.cli.terminal.DataOptions;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.config.ImageConfig;
import io.latentry.training.config.EncoderKind;
import io.latentry.training.config.Profile;
import io.latentry.training.config.RepairMode;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.config.Variant;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options that make a {@link FitConfig}, mixed into {@code fit} and {@code plan}. A flag lies
 * over the config file, which lies over the defaults.
 */
final class FitOptions {
  @Mixin private final DataOptions rows = new DataOptions();

  @Option(
      names = "--time",
      paramLabel = "COL",
      description = "Column that orders the rows: train on the earlier, calibrate on the later.")
  private Optional<String> time = Optional.empty();

  @Mixin private final SeriesOptions series = new SeriesOptions();

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description =
          "Of images: pixels of the longer side. Default: that of the median image, 64 to 256; 64"
              + " with --view pixels.")
  private Optional<Integer> imageSize = Optional.empty();

  @Option(
      names = "--tile",
      paramLabel = "PIXELS",
      description =
          "Of images: cut those that are larger into overlapping tiles of this side, at the size of"
              + " the median image unless --image-size says otherwise. Default: none is cut.")
  private Optional<Integer> tile = Optional.empty();

  @Option(
      names = "--view",
      paramLabel = "WHAT",
      description =
          "Of images: places, as a fixed network sees them (the default), details, likewise of the"
              + " image at twice its size, for faults of a few pixels, or pixels, of which there is"
              + " a reconstruction to look at.")
  private Optional<ImageConfig.View> view = Optional.empty();

  @Option(
      names = "--sample-rows",
      paramLabel = "N",
      description =
          "Most rows of a table that are looked at, drawn by chance where there are more; 0: all."
              + " Default: "
              + DataConfig.SAMPLE_ROWS
              + ".")
  private Optional<Integer> sampleRows = Optional.empty();

  @Option(
      names = "--clean",
      description = "Leave rows that do not look normal out of training, and say which.")
  private boolean clean;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      completionCandidates = VariantWords.class,
      description =
          "One of: ${COMPLETION-CANDIDATES}. Default: plain, or as the config says; compare tells"
              + " which suits the data.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--encoder",
      paramLabel = "ENCODER",
      completionCandidates = EncoderWords.class,
      description =
          "How a window is read: one of ${COMPLETION-CANDIDATES}. Default: mlp, or as the config"
              + " says; a table has mlp alone.")
  private Optional<String> encoder = Optional.empty();

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      description =
          "What the detector may cost: fast, balanced (default) or accurate. Sets members and"
              + " codes.")
  private Optional<Profile> profile = Optional.empty();

  @Option(
      names = "--repair",
      paramLabel = "MODE",
      description =
          "What an unhealthy model may have changed: none, basic (default: rates and KL weights) or"
              + " auto (every known remedy in turn, the model's shape included).")
  private Optional<RepairMode> repair = Optional.empty();

  @Option(
      names = "--false-alarm-rate",
      paramLabel = "P",
      description = "Share of normal rows that may be called anomalies, such as 0.01.")
  private Optional<Double> falseAlarmRate = Optional.empty();

  @Option(
      names = "--alarms",
      paramLabel = "N/day",
      description = "The same as a budget: N/hour, N/day or N/week. Needs --rows-per-day.")
  private Optional<String> alarms = Optional.empty();

  @Option(
      names = "--rows-per-day",
      paramLabel = "R",
      description = "Rows that will be scored in a day.")
  private Optional<Double> rowsPerDay = Optional.empty();

  /**
   * The settled config.
   *
   * @throws WrongUsage if a flag, a key or a value of the file is wrong
   * @throws IOException if the file cannot be read
   */
  FitConfig config() throws IOException {
    Optional<Variant> variant = model.map(name -> variant("--model", name));
    FitConfig base = rows.config(variant);
    FitConfig config =
        WrongUsage.from(
            () ->
                new FitConfig(
                    data(base.data()),
                    model(base.model()),
                    repair
                        .map(mode -> base.training().toBuilder().repair(mode).build())
                        .orElse(base.training()),
                    calibration(base.calibration()),
                    base.seed()));
    EncoderKind kind = config.model().encoderKind();
    ImageConfig image = config.data().image();
    boolean ofPixels =
        kind == EncoderKind.CONV && image != null && image.view() == ImageConfig.View.PIXELS;
    if (kind.needsWindow() && config.data().series() == null && !ofPixels) {
      throw new WrongUsage(
          "encoder: "
              + kind.word()
              + " (expected: mlp for a table, whose rows have no points to go along); make it a"
              + " series with --time COL --window N for the others, or see images by --view pixels"
              + " for conv");
    }
    return config;
  }

  /** The options as they were given, each with a space before it, for a command to be repeated. */
  String asGiven() {
    StringBuilder options = new StringBuilder(rows.asGiven());
    time.ifPresent(value -> DataOptions.append(options, "--time", value));
    series.asGiven(options);
    imageSize.ifPresent(value -> DataOptions.append(options, "--image-size", value));
    tile.ifPresent(value -> DataOptions.append(options, "--tile", value));
    view.ifPresent(value -> DataOptions.append(options, "--view", Wording.word(value)));
    sampleRows.ifPresent(value -> DataOptions.append(options, "--sample-rows", value));
    if (clean) {
      options.append(" --clean");
    }
    model.ifPresent(value -> DataOptions.append(options, "--model", value));
    encoder.ifPresent(value -> DataOptions.append(options, "--encoder", value));
    profile.ifPresent(value -> DataOptions.append(options, "--profile", value.word()));
    repair.ifPresent(value -> DataOptions.append(options, "--repair", Wording.word(value)));
    falseAlarmRate.ifPresent(value -> DataOptions.append(options, "--false-alarm-rate", value));
    alarms.ifPresent(value -> DataOptions.append(options, "--alarms", value));
    rowsPerDay.ifPresent(value -> DataOptions.append(options, "--rows-per-day", value));
    return options.toString();
  }

  private VaeConfig model(VaeConfig base) {
    VaeConfig atCost = profile.map(p -> p.over(base)).orElse(base);
    return encoder.map(name -> atCost.of(encoderOf(name))).orElse(atCost);
  }

  private static EncoderKind encoderOf(String name) {
    return EncoderKind.of(name)
        .orElseThrow(
            () ->
                new WrongUsage(
                    "--encoder: '" + name + "' (expected: one of " + EncoderKind.words() + ")"));
  }

  private DataConfig data(DataConfig base) {
    return base.toBuilder()
        .time(time.orElse(base.time()))
        .sampleRows(sampleRows.orElse(base.sampleRows()))
        .clean(clean || base.clean())
        .series(series.over(base.series()))
        .image(image(base.image()))
        .build();
  }

  private @Nullable ImageConfig image(@Nullable ImageConfig base) {
    if (imageSize.isEmpty() && tile.isEmpty() && view.isEmpty()) {
      return base;
    }
    ImageConfig asked = base == null ? ImageConfig.DEFAULT : base;
    ImageConfig cut = tile.map(asked::withTile).orElse(asked);
    ImageConfig seen = view.map(cut::withView).orElse(cut);
    return imageSize.map(seen::withSize).orElse(seen);
  }

  private CalibrationConfig calibration(CalibrationConfig base) {
    if (falseAlarmRate.isPresent() && alarms.isPresent()) {
      throw new WrongUsage(
          "--false-alarm-rate, --alarms: both given (expected: one of them); an alarm budget is a"
              + " rate for --rows-per-day rows");
    }
    if (falseAlarmRate.isEmpty() && alarms.isEmpty() && rowsPerDay.isEmpty()) {
      return base;
    }
    Double alarmsPerDay =
        alarms.isPresent()
            ? Double.valueOf(AlarmBudget.parse(alarms.get()).alarmsPerDay())
            : falseAlarmRate.isPresent() ? null : base.alarmsPerDay();
    Double rows = or(rowsPerDay, base.rowsPerDay());
    if (alarmsPerDay != null && rows == null) {
      throw new WrongUsage(
          "--rows-per-day: none (expected: the rows that will be scored in a day); add it to"
              + " --alarms, such as --alarms 5/day --rows-per-day 10000");
    }
    if (alarmsPerDay == null && rowsPerDay.isPresent()) {
      throw new WrongUsage(
          "--rows-per-day: given without --alarms (expected: both), such as --alarms 5/day");
    }
    return new CalibrationConfig(
        base.normalization(),
        base.transform(),
        base.combination(),
        base.alpha(),
        base.thresholdRule(),
        alarms.isPresent() ? null : or(falseAlarmRate, base.falseAlarmRate()),
        alarmsPerDay,
        alarmsPerDay == null ? null : rows);
  }

  /** The variant that {@code option} calls {@code name}. */
  static Variant variant(String option, String name) {
    return Variant.of(name)
        .orElseThrow(
            () ->
                new WrongUsage(
                    option + ": '" + name + "' (expected: one of " + Variant.words() + ")"));
  }

  /** For a command that has another way to name models. */
  void refuseModel(String instead) {
    if (model.isPresent()) {
      throw new WrongUsage("--model: given (expected: nothing; " + instead + ")");
    }
  }

  private static <T> @Nullable T or(Optional<T> flag, @Nullable T base) {
    return flag.isPresent() ? flag.get() : base;
  }
}
