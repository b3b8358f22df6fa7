package io.latentry.it;

import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The line from a file to an artifact and from a file to rows, with a model that trains fast. */
final class Line {
  static final DataConfig LABELLED = DataConfig.labelled("label", "ok");

  private Line() {}

  static FitConfig quick(DataConfig data) {
    return new FitConfig(
        data,
        VaeConfig.defaults().toBuilder().members(1).hidden(List.of(16)).codes(256).build(),
        TrainingConfig.defaults().toBuilder().steps(60).evaluateEvery(20).build(),
        CalibrationConfig.DEFAULT,
        FitConfig.DEFAULT_SEED);
  }

  static FitOutcome fit(Path data, FitConfig config, Path target) {
    return new FitPipeline(Progress.QUIET)
        .fit(
            new FitRequest(
                List.of(data.toString()),
                noInput(),
                config,
                target,
                Optional.empty(),
                Optional.empty()));
  }

  /** Every row of a file, as a model of {@code schema} takes it. */
  static Rows read(Path data, Schema schema) {
    List<Rows> batches = new ArrayList<>();
    try (DataSource source = DataSource.open(List.of(data.toString()), ReadOptions.DEFAULTS);
        RowReader reader = source.rows(schema, List.of(), 64, ReadListener.NONE)) {
      while (reader.hasNext()) {
        batches.add(reader.next().rows());
      }
    }
    return Rows.concat(schema, batches);
  }

  static StandardInput noInput() {
    return StandardInput.streamed(InputStream.nullInputStream());
  }
}
