package io.latentry;

import io.latentry.core.data.DataException;
import io.latentry.ingest.read.StandardInput;
import io.latentry.model.Model;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A fit that is being described; {@link #train} does it. For one thread. */
public final class Training {
  private static final String FILE = "model.onnx";

  private final List<String> data;
  private FitConfig config = FitConfig.DEFAULT;
  private Progress progress = Progress.QUIET;

  Training(List<String> data) {
    this.data = data;
  }

  /** Rows whose {@code label} is another than {@code value} never reach training. */
  public Training normal(String label, String value) {
    return data(config.data().toBuilder().label(label, value).build());
  }

  /** Columns that are no input. */
  public Training exclude(String... columns) {
    return data(config.data().toBuilder().exclude(List.of(columns)).build());
  }

  /** The share of normal rows that may be called anomalies; 0.01 unless said. */
  public Training falseAlarmRate(double rate) {
    config = config.withCalibration(config.calibration().withFalseAlarmRate(rate));
    return this;
  }

  /** Same data, settings and seed, same model, byte for byte on one kind of machine. */
  public Training seed(long seed) {
    config = config.withSeed(seed);
    return this;
  }

  /** Every other setting; what was said before is forgotten. */
  public Training config(FitConfig all) {
    config = all;
    return this;
  }

  /** Who is told how far it is. */
  public Training progress(Progress listener) {
    progress = listener;
    return this;
  }

  /**
   * Trains, calibrates and proves a model. Takes seconds to minutes, and every core.
   *
   * @throws DataException if the data cannot be used: which column or row, and why
   * @throws UncheckedIOException if a file cannot be read, or there is no room for temporary ones
   */
  public Model train() {
    try {
      Path folder = Files.createTempDirectory("latentry-fit-");
      try {
        new FitPipeline(progress)
            .fit(
                new FitRequest(
                    data,
                    StandardInput.streamed(InputStream.nullInputStream()),
                    config,
                    folder.resolve(FILE),
                    Optional.empty(),
                    Optional.empty()));
        return Model.open(folder.resolve(FILE));
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Training data(DataConfig changed) {
    config = config.withData(changed);
    return this;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
