package io.latentry.pipeline;

import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.pipeline.score.EvaluatePipeline;
import io.latentry.pipeline.score.ScoreRequest;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Requests for tests: a small model and few steps, so that a fit takes a second or two. */
public final class Fits {
  private Fits() {}

  /** A config that trains in a moment. */
  public static FitConfig quick(DataConfig data) {
    return new FitConfig(
        data,
        VaeConfig.defaults().toBuilder().members(1).hidden(List.of(16)).build(),
        TrainingConfig.defaults().toBuilder().steps(80).evaluateEvery(20).build(),
        CalibrationConfig.DEFAULT,
        FitConfig.DEFAULT_SEED);
  }

  public static DataConfig labelled(String label, String normal) {
    return data(label, normal, List.of(), null);
  }

  public static DataConfig data(
      @Nullable String label,
      @Nullable String normal,
      List<String> exclude,
      @Nullable String time) {
    return DataConfig.builder().label(label, normal).exclude(exclude).time(time).build();
  }

  public static FitRequest request(Path data, FitConfig config, Path target) {
    return new FitRequest(
        List.of(data.toString()), noInput(), config, target, Optional.empty(), Optional.empty());
  }

  public static FitOutcome fit(Path data, FitConfig config, Path target) {
    return new FitPipeline(Progress.QUIET).fit(request(data, config, target));
  }

  public static ScoreRequest scoring(Path data, int explain, String... keep) {
    return new ScoreRequest(
        List.of(data.toString()), noInput(), ReadOptions.DEFAULTS, explain, List.of(keep), 1);
  }

  public static EvaluatePipeline.Outcome evaluate(Path model, Path data, String label) {
    return new EvaluatePipeline(Progress.QUIET)
        .evaluate(model, scoring(data, 0), label, Optional.empty());
  }

  public static StandardInput noInput() {
    return StandardInput.streamed(InputStream.nullInputStream());
  }
}
