package io.latentry.server.api;

import io.latentry.core.artifact.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a model comes from and what it is not good for.
 *
 * @param created when this version was added; the artifact itself holds no time of day
 * @param calibration {@code held-out} or {@code cross-validated}
 * @param versions of Latentry and its engines at the fit
 * @param limits of use, as sentences
 */
record CardDocument(
    String modelId,
    String variant,
    int members,
    int latent,
    String latentTerm,
    long seed,
    int trainingRows,
    int calibrationRows,
    String calibration,
    String dataDigest,
    @Nullable String parentModelId,
    String created,
    Map<String, String> versions,
    List<String> limits) {

  /** Below this many calibration rows a p-value says little in its tail. */
  private static final int FEW_ROWS = 1_000;

  static CardDocument of(Manifest manifest, String created) {
    Manifest.Provenance provenance = manifest.provenance();
    return new CardDocument(
        manifest.modelId(),
        manifest.model().variant(),
        manifest.model().members(),
        manifest.model().latent(),
        manifest.model().latentTerm(),
        provenance.seed(),
        provenance.trainingRows(),
        manifest.calibration().rows(),
        manifest.calibration().method(),
        provenance.dataDigest(),
        provenance.parentModelId(),
        created,
        provenance.versions(),
        limits(manifest));
  }

  private static List<String> limits(Manifest manifest) {
    List<String> limits = new ArrayList<>();
    int rows = manifest.calibration().rows();
    limits.add(
        "The false-alarm rate holds for rows like the training rows; when normal changes, fit again.");
    limits.add(
        "An anomaly is a row unlike the training rows; whether it matters is for a person to say.");
    limits.add(
        "No p-value can be below 1/"
            + (rows + 1)
            + ", since there are "
            + rows
            + " calibration rows.");
    if (rows < FEW_ROWS) {
      limits.add(
          "There are few calibration rows: the threshold would move noticeably with other ones.");
    }
    limits.addAll(manifest.health().healthy() ? List.of() : manifest.health().findings());
    return List.copyOf(limits);
  }
}
