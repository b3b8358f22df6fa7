package io.latentry.training;

import io.latentry.core.data.Rows;
import io.latentry.training.term.Codes;
import java.util.Optional;

/** Looks at trained models for tests. */
final class HealthOf {
  private HealthOf() {}

  static Codes codes(TrainedVae trained, Rows rows) {
    return PreparedRows.of(trained.preprocessor(), rows)
        .codes(VaeFactory.vae(trained.config(), trained.preprocessor()), trained);
  }

  /** Share of the entries' variance that the expectations explain. */
  static double explained(TrainedVae trained, Rows rows) {
    Codes codes = codes(trained, rows);
    return HealthCheck.of(
            new float[codes.members() * codes.latent()],
            codes,
            PreparedRows.of(trained.preprocessor(), rows).x(),
            Optional.empty(),
            Optional.empty())
        .explained();
  }
}
