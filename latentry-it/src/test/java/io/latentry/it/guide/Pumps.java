package io.latentry.it.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/** Rows of pumps, and models of them that were fitted in a moment, by the names of the guides. */
final class Pumps {
  private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

  private Pumps() {}

  static void writeFiles(Path folder) throws IOException {
    Path train = rows(folder.resolve("train.csv"), 1_000, 1, 0);
    Path model = folder.resolve("pump.onnx");
    fit(train, FitConfig.DEFAULT_SEED, model);
    fit(train, FitConfig.DEFAULT_SEED + 1, folder.resolve("other.onnx"));
    Files.copy(model, folder.resolve("model.onnx"));
    Files.copy(model, folder.resolve("champion.onnx"));
    Files.copy(model, Files.createDirectory(folder.resolve("models")).resolve("pump.onnx"));
    rows(Files.createDirectory(folder.resolve("logs")).resolve("january.csv"), 600, 2, 0);
    rows(folder.resolve("new.csv"), 600, 3, 0);
    rows(folder.resolve("rows.csv"), 600, 4, 0);
    rows(folder.resolve("alarms.csv"), 48, 5, 9);
    Files.writeString(folder.resolve("said.csv"), "row,feedback\n7,false-alarm\n");
  }

  private static void fit(Path data, long seed, Path target) {
    FitConfig config =
        new FitConfig(
            DataConfig.DEFAULT.toBuilder().exclude(List.of("time")).build(),
            VaeConfig.defaults().toBuilder().members(1).hidden(List.of(16)).codes(256).build(),
            TrainingConfig.defaults().toBuilder().steps(60).evaluateEvery(20).build(),
            CalibrationConfig.DEFAULT,
            seed);
    var fitted =
        new FitPipeline(Progress.QUIET)
            .fit(
                new FitRequest(
                    List.of(data.toString()),
                    StandardInput.streamed(InputStream.nullInputStream()),
                    config,
                    target,
                    Optional.empty(),
                    Optional.empty()));
    assertThat(fitted.model()).isEqualTo(target);
  }

  /**
   * An hour between two rows.
   *
   * @param high added to pressure in one half of the rows and to flow in the other
   */
  private static Path rows(Path file, int count, long seed, double high) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder("time,customer,site,pressure,flow,level\n");
    for (int i = 0; i < count; i++) {
      double load = random.nextGaussian();
      boolean flow = i % 2 == 1;
      text.append(
          String.format(
              Locale.ROOT,
              "%s,%d,%s,%.4f,%.4f,%.4f%n",
              FIRST.plus(i, ChronoUnit.HOURS),
              4_710 + random.nextInt(5),
              random.nextBoolean() ? "A" : "B",
              3.5 + load + 0.3 * random.nextGaussian() + (flow ? 0 : high),
              10 - load + 0.3 * random.nextGaussian() + (flow ? high : 0),
              random.nextGaussian()));
    }
    return Files.writeString(file, text);
  }
}
