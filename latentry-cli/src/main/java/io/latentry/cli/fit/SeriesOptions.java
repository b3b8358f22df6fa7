package io.latentry.cli.fit;

import io.latentry.cli.terminal.DataOptions;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.core.series.AlarmRule;
import io.latentry.core.series.GapPolicy;
import io.latentry.pipeline.config.CellLength;
import io.latentry.pipeline.config.KeyScaling;
import io.latentry.pipeline.config.SeriesConfig;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that make a table a series, mixed into {@code fit} and {@code plan}. */
final class SeriesOptions {
  private static final Pattern ALARM = Pattern.compile("([0-9]{1,3})(?: of |/)([0-9]{1,3})");

  @Option(
      names = "--window",
      paramLabel = "N|auto",
      description = "Judge each row by the N before it: a series. Needs --time. auto finds N out.")
  private Optional<String> window = Optional.empty();

  @Option(
      names = "--key",
      split = ",",
      paramLabel = "COL",
      description = "Columns that say whose point a row is, for many series in one table.")
  private List<String> keys = List.of();

  @Option(
      names = "--gaps",
      paramLabel = "POLICY",
      description =
          "Where points are missing: restart (default; warm up anew), hold (as if they were not"
              + " missing) or fill (impute them).")
  private Optional<GapPolicy> gaps = Optional.empty();

  @Option(
      names = "--smoothing",
      paramLabel = "BETA",
      description = "Weight of the newest score in the smoothed one, 0 to 1; 1 smooths nothing.")
  private Optional<Double> smoothing = Optional.empty();

  @Option(
      names = "--alarm",
      paramLabel = "M/N",
      description = "An alarm takes M of the last N points above the threshold. Default: 1/1.")
  private Optional<String> alarm = Optional.empty();

  @Option(
      names = "--scale",
      paramLabel = "BY",
      description =
          "Level and spread of the channels: key (each key's own), global (the same for all) or auto"
              + " (default; by key where keys differ).")
  private Optional<KeyScaling> scale = Optional.empty();

  @Option(
      names = "--calendar",
      description = "The time of day and week is a channel. Needs written moments in --time.")
  private boolean calendar;

  @Option(
      names = "--delay",
      paramLabel = "N",
      description =
          "A verdict waits for N later points: better, and later. Default: 0, which is at once.")
  private Optional<Integer> delay = Optional.empty();

  @Option(
      names = "--resample",
      paramLabel = "TIME",
      description =
          "Put rows together in cells of this length, such as 1m: for points that come irregularly, or"
              + " closer than anyone needs. Each row still has a verdict at once.")
  private Optional<String> resample = Optional.empty();

  @Option(
      names = "--adapt",
      paramLabel = "N",
      description =
          "Count each score from the level of about the last N: what stays strange becomes usual."
              + " Default: never.")
  private Optional<Integer> adapt = Optional.empty();

  /** What was given, over {@code base}; null if neither makes a series. */
  @Nullable SeriesConfig over(@Nullable SeriesConfig base) {
    boolean any =
        !keys.isEmpty()
            || gaps.isPresent()
            || smoothing.isPresent()
            || alarm.isPresent()
            || scale.isPresent()
            || calendar
            || delay.isPresent()
            || resample.isPresent()
            || adapt.isPresent();
    if (window.isEmpty() && base == null) {
      if (any) {
        throw new WrongUsage(
            "--window: none (expected: the points of a window, or auto); add --window auto to make"
                + " the table a series");
      }
      return null;
    }
    SeriesConfig config = base == null ? SeriesConfig.DEFAULT : base;
    if (window.isPresent()) {
      config = config.withWindow(points(window.get()));
    }
    if (!keys.isEmpty()) {
      config = config.withKeys(keys);
    }
    if (gaps.isPresent()) {
      config = config.withGaps(gaps.get());
    }
    if (smoothing.isPresent()) {
      config = config.withSmoothing(smoothing.get());
    }
    if (scale.isPresent()) {
      config = config.withScale(scale.get());
    }
    if (calendar) {
      config = config.withCalendar(true);
    }
    if (delay.isPresent()) {
      config = config.withDelay(delay.get());
    }
    if (resample.isPresent()) {
      config = config.withResample(new CellLength(resample.get()));
    }
    if (adapt.isPresent()) {
      config = config.withAdapt(adapt.get());
    }
    return alarm.isPresent() ? config.withAlarm(rule(alarm.get())) : config;
  }

  private static @Nullable Integer points(String text) {
    if (text.equalsIgnoreCase("auto")) {
      return null;
    }
    if (!text.matches("[0-9]{1,6}")) {
      throw new WrongUsage("--window: '" + text + "' (expected: a number of points, or auto)");
    }
    return Integer.valueOf(text);
  }

  private static AlarmRule rule(String text) {
    Matcher matcher = ALARM.matcher(text);
    if (!matcher.matches()) {
      throw new WrongUsage("--alarm: '" + text + "' (expected: M/N, such as 3/5)");
    }
    return new AlarmRule(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), 1);
  }

  void asGiven(StringBuilder options) {
    window.ifPresent(value -> DataOptions.append(options, "--window", value));
    if (!keys.isEmpty()) {
      DataOptions.append(options, "--key", String.join(",", keys));
    }
    gaps.ifPresent(value -> DataOptions.append(options, "--gaps", Wording.word(value)));
    smoothing.ifPresent(value -> DataOptions.append(options, "--smoothing", value));
    alarm.ifPresent(value -> DataOptions.append(options, "--alarm", value));
    scale.ifPresent(value -> DataOptions.append(options, "--scale", Wording.word(value)));
    if (calendar) {
      options.append(" --calendar");
    }
    delay.ifPresent(value -> DataOptions.append(options, "--delay", value));
    resample.ifPresent(value -> DataOptions.append(options, "--resample", value));
    adapt.ifPresent(value -> DataOptions.append(options, "--adapt", value));
  }
}
