package io.latentry.server.series;

import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.series.AlarmRule;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.config.SeriesConfig;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A small model of the pumps of a plant, a point a minute, windows of {@value #WINDOW}: columns
 * {@code at, plant, pump, pressure, flow}, of which plant and pump are the key.
 */
public final class FittedSeries {
  public static final int WINDOW = 16;

  /** An anomaly takes two of the last three points above the threshold. */
  public static final AlarmRule ALARM = new AlarmRule(2, 3, 1);

  private static final long BEGIN = 1_700_000_000L;

  private FittedSeries() {}

  /**
   * Fits one.
   *
   * @param model where it is written
   */
  public static Path fit(Path model) throws IOException {
    return fit(model, 0);
  }

  /**
   * The same, whose verdicts wait.
   *
   * @param delay later points
   */
  public static Path fit(Path model, int delay) throws IOException {
    return fit(model, SeriesConfig.DEFAULT.withDelay(delay));
  }

  /** The same with windows, keys and alarm as they are told here, and all else as told there. */
  public static Path fit(Path model, SeriesConfig series) throws IOException {
    Path folder = Files.createTempDirectory("latentry-series-");
    Path data = folder.resolve("train.csv");
    Files.writeString(data, table(1, 1_500, List.of("north,a/1", "south,b 2"), -1));
    FitConfig config =
        new FitConfig(
            DataConfig.builder()
                .time("at")
                .series(
                    series.withKeys(List.of("plant", "pump")).withWindow(WINDOW).withAlarm(ALARM))
                .build(),
            VaeConfig.defaults().toBuilder().members(1).hidden(List.of(16)).build(),
            TrainingConfig.defaults().toBuilder().steps(40).evaluateEvery(20).build(),
            CalibrationConfig.DEFAULT,
            FitConfig.DEFAULT_SEED);
    FitOutcome unused =
        new FitPipeline(Progress.QUIET)
            .fit(
                new FitRequest(
                    List.of(data.toString()),
                    StandardInput.streamed(InputStream.nullInputStream()),
                    config,
                    model,
                    Optional.empty(),
                    Optional.empty()));
    Files.delete(data);
    Files.delete(folder);
    return model;
  }

  /**
   * Points of some pumps as CSV, in turns.
   *
   * @param pumps {@code plant,pump} each
   * @param strangeFrom the first of ten points of the first pump that are strange; -1 for none
   */
  public static String table(long seed, int points, List<String> pumps, int strangeFrom) {
    Random random = new Random(seed);
    StringBuilder table = new StringBuilder("at,plant,pump,pressure,flow\n");
    for (int i = 0; i < points; i++) {
      for (String pump : pumps) {
        boolean strange =
            strangeFrom >= 0
                && i >= strangeFrom
                && i < strangeFrom + 10
                && pump.equals(pumps.get(0));
        double pressure = Math.sin(i * 0.4) + 0.05 * random.nextGaussian() + (strange ? 4 : 0);
        table
            .append(at(i))
            .append(',')
            .append(pump)
            .append(',')
            .append((float) pressure)
            .append(',')
            .append((float) (Math.cos(i * 0.4) + 0.05 * random.nextGaussian()))
            .append('\n');
      }
    }
    return table.toString();
  }

  /** When the point of that number is. */
  public static String at(int point) {
    return Instant.ofEpochSecond(BEGIN + 60L * point).toString();
  }
}
