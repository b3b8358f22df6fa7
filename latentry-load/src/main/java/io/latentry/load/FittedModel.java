package io.latentry.load;

import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.training.config.LatentTermKind;
import io.latentry.training.config.VaeConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Models fitted in the run, through the pipeline that users go through. */
final class FittedModel {
  private FittedModel() {}

  /** One VAE, and KL as the latent term: no stored codes. */
  static FitConfig singleMember(FitConfig from) {
    VaeConfig model = from.model().toBuilder().members(1).latentTerm(LatentTermKind.KL).build();
    return from.withModel(model);
  }

  /** The same with few training steps, for a look at whether everything runs. */
  static FitConfig quick(FitConfig from) {
    return new FitConfig(
        from.data(),
        from.model(),
        from.training().toBuilder().steps(20).build(),
        from.calibration(),
        from.seed());
  }

  /**
   * Fits on a CSV file made of {@code table}.
   *
   * @return the artifact, {@code folder/NAME.onnx}
   */
  static Path fit(SyntheticTable table, FitConfig config, Path folder, String name)
      throws IOException {
    Path data = folder.resolve(name + "-training.csv");
    table.writeCsv(data);
    return fit(data, config, folder.resolve(name + ".onnx"), Progress.QUIET);
  }

  static Path fit(Path data, FitConfig config, Path target, Progress listener) {
    FitOutcome outcome =
        new FitPipeline(listener)
            .fit(
                new FitRequest(
                    List.of(data.toString()),
                    StandardInput.streamed(InputStream.nullInputStream()),
                    config,
                    target,
                    Optional.empty(),
                    Optional.empty()));
    return outcome.model();
  }
}
