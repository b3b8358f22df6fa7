package io.latentry.bench;

import io.latentry.ingest.StandardInput;
import io.latentry.pipeline.FitConfig;
import io.latentry.pipeline.FitListener;
import io.latentry.pipeline.FitOutcome;
import io.latentry.pipeline.FitPipeline;
import io.latentry.pipeline.FitRequest;
import io.latentry.training.LatentTermKind;
import io.latentry.training.VaeConfig;
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
    return fit(data, config, folder.resolve(name + ".onnx"), FitListener.QUIET);
  }

  static Path fit(Path data, FitConfig config, Path target, FitListener listener) {
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
