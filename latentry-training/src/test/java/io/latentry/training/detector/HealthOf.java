package io.latentry.training.detector;

import io.latentry.core.data.Rows;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.fit.HealthCheck;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.VaeFactory;
import io.latentry.training.term.Codes;
import java.util.Optional;

/** Looks at trained models for tests. */
public final class HealthOf {
  private HealthOf() {}

  public static Codes codes(TrainedVae trained, Rows rows) {
    return Codes.of(
        VaeFactory.vae(trained.config(), trained.preprocessor()),
        trained.weights(),
        PreparedSamples.of(trained.preprocessor(), rows));
  }

  /** Share of the entries' variance that the expectations explain. */
  public static double explained(TrainedVae trained, Rows rows) {
    Codes codes = codes(trained, rows);
    return HealthCheck.of(
            new float[codes.members() * codes.latent()],
            codes,
            PreparedSamples.of(trained.preprocessor(), rows).x(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty())
        .explained();
  }
}
