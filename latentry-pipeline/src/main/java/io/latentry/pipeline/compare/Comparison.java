package io.latentry.pipeline.compare;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the models of the family, and plain methods, do on the same split.
 *
 * @param trainingRows normal rows that trained every candidate, those for early stopping apart
 * @param heldOutRows normal rows that no candidate saw, on which everything is measured
 * @param labelledRows rows with another label, looked at after everything was settled; 0 if the
 *     data has no labels
 * @param recommended the name of a candidate
 * @param reasons why, in sentences; the first says what is recommended
 */
public record Comparison(
    int trainingRows,
    int heldOutRows,
    int labelledRows,
    List<Candidate> candidates,
    String recommended,
    List<String> reasons) {

  /**
   * One model or plain method. What it does not have is null.
   *
   * @param name as {@code --model} or a report names it
   * @param plainMethod whether it is no member of the family
   * @param elbo mean over held-out rows, nats; higher is better
   * @param bound the importance-weighted bound on log p(x), likewise; not below the ELBO
   * @param activeUnits latent units in use, mean over members
   * @param perturbationAuroc how well the score tells held-out rows from synthetic anomalies
   * @param perturbationError standard error of that, by DeLong
   * @param auroc how well it tells them from rows with another label
   * @param auprc likewise
   * @param bytes of its graph
   * @param trouble why it has no figures, or what its health check found
   */
  public record Candidate(
      String name,
      boolean plainMethod,
      @Nullable Double elbo,
      @Nullable Double bound,
      @Nullable Double activeUnits,
      @Nullable Double perturbationAuroc,
      @Nullable Double perturbationError,
      @Nullable Double auroc,
      @Nullable Double auprc,
      double fitSeconds,
      @Nullable Long bytes,
      @Nullable String trouble) {

    /** What it is chosen by; empty if it could not be trained. */
    Optional<Double> quality() {
      return Optional.ofNullable(perturbationAuroc);
    }
  }

  public Comparison {
    candidates = List.copyOf(candidates);
    reasons = List.copyOf(reasons);
  }
}
