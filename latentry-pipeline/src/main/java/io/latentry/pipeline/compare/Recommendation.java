package io.latentry.pipeline.compare;

import io.latentry.core.data.DataException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Picks the plainest model among the best: the first of the family whose AUROC on perturbed rows is
 * as good as the highest, which is to say within {@value #AS_GOOD} or one standard error of it,
 * whichever is more. Labels have no say.
 *
 * @param name of the model
 * @param reasons in sentences
 */
record Recommendation(String name, List<String> reasons) {
  /** Nobody notices less. */
  static final double AS_GOOD = 0.01;

  private static final String PLAIN = "plain";

  /**
   * @param candidates the family's from plain to elaborate, then the plain methods
   * @throws DataException if no model could be trained
   */
  static Recommendation of(List<Comparison.Candidate> candidates) {
    List<Comparison.Candidate> family =
        candidates.stream().filter(c -> !c.plainMethod() && c.quality().isPresent()).toList();
    double best =
        family.stream()
            .mapToDouble(c -> c.quality().orElseThrow())
            .max()
            .orElseThrow(
                () ->
                    new DataException(
                        "models: none could be trained (expected: at least one); the first said: "
                            + candidates.get(0).trouble()));
    double margin =
        family.stream()
            .filter(c -> c.quality().orElseThrow() == best)
            .map(Comparison.Candidate::perturbationError)
            .filter(Objects::nonNull)
            .mapToDouble(error -> Math.max(AS_GOOD, error))
            .max()
            .orElse(AS_GOOD);
    Comparison.Candidate chosen =
        preferred(family).stream()
            .filter(c -> c.quality().orElseThrow() >= best - margin)
            .findFirst()
            .orElseThrow();
    List<String> reasons = new ArrayList<>();
    reasons.add(why(chosen, family, best, margin));
    candidates.stream()
        .filter(Comparison.Candidate::plainMethod)
        .filter(c -> c.quality().orElseThrow() >= chosen.quality().orElseThrow() - margin)
        .map(c -> asGood(c, chosen))
        .forEach(reasons::add);
    reasons.add(
        "Perturbed rows are normal rows made strange by chance; your anomalies may differ. Labels,"
            + " where there are any, had no say.");
    return new Recommendation(chosen.name(), reasons);
  }

  /** The plain VAE before all others, these in their order. */
  private static List<Comparison.Candidate> preferred(List<Comparison.Candidate> family) {
    return family.stream()
        .sorted(Comparator.comparing((Comparison.Candidate c) -> !c.name().equals(PLAIN)))
        .toList();
  }

  private static String why(
      Comparison.Candidate chosen, List<Comparison.Candidate> family, double best, double margin) {
    double own = chosen.quality().orElseThrow();
    if (family.size() == 1) {
      return String.format(Locale.ROOT, "%s: the only one that was compared.", chosen.name());
    }
    if (chosen.name().equals(PLAIN)) {
      return String.format(
          Locale.ROOT,
          "plain: AUROC %.3f on perturbed rows, and no other model is better by more than %.3f%s.",
          own,
          margin,
          best > own ? String.format(Locale.ROOT, " (the best has %.3f)", best) : "");
    }
    Optional<Comparison.Candidate> plain =
        family.stream().filter(c -> c.name().equals(PLAIN)).findFirst();
    return String.format(
        Locale.ROOT,
        "%s: AUROC %.3f on perturbed rows%s; no other model is better by more than %.3f.",
        chosen.name(),
        own,
        plain
            .map(
                p ->
                    String.format(
                        Locale.ROOT, ", %.3f above plain", own - p.quality().orElseThrow()))
            .orElse(""),
        margin);
  }

  private static String asGood(Comparison.Candidate method, Comparison.Candidate chosen) {
    return String.format(
        Locale.ROOT,
        "%s is as good here (AUROC %.3f against %.3f); the plainer method may do.",
        method.name().replace('_', ' '),
        method.quality().orElseThrow(),
        chosen.quality().orElseThrow());
  }
}
