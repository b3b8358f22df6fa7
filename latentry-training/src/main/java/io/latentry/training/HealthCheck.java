package io.latentry.training;

import io.latentry.core.artifact.Manifest;
import io.latentry.training.term.Codes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is wrong with a trained model, in plain words, and what may mend it.
 *
 * @param klPerUnit mean KL of each latent unit of the first member, nats
 * @param activeUnits units in use, mean over members
 * @param explained share of the entries' variance that the expectations explain, mean over members
 * @param learnable whether any entry varies at all
 */
record HealthCheck(double[] klPerUnit, double activeUnits, double explained, boolean learnable) {
  /** A unit with less KL than this says nothing about its row (nats). */
  static final double ACTIVE = 0.01;

  private static final double TOO_LITTLE_EXPLAINED = 0.05;

  /** Share of the loss, and nats an entry, that the validation loss may rise after its best. */
  private static final double OVERFITTING_SHARE = 0.05;

  /**
   * @param klByPart {@code float[members * parts]}
   * @param x the rows behind {@code codes}
   */
  static HealthCheck of(float[] klByPart, Codes codes, float[] x) {
    int members = codes.members();
    int parts = klByPart.length / members;
    double[] first = new double[parts];
    double active = 0;
    for (int i = 0; i < klByPart.length; i++) {
      if (i < parts) {
        first[i] = klByPart[i];
      }
      active += klByPart[i] >= ACTIVE ? 1 : 0;
    }
    double explained = 0;
    int varying = 0;
    for (int j = 0; j < codes.width(); j++) {
      double variance = variance(x, codes.count(), codes.width(), j);
      if (variance > 1e-9) {
        varying++;
        for (int m = 0; m < members; m++) {
          double square = 0;
          for (int i = 0; i < codes.count(); i++) {
            double residual = codes.residual()[(m * codes.count() + i) * codes.width() + j];
            square += residual * residual;
          }
          // One badly explained entry must not outweigh many well explained ones.
          explained += Math.max(-1, 1 - square / codes.count() / variance) / members;
        }
      }
    }
    return new HealthCheck(
        first, active / members, varying == 0 ? 0 : explained / varying, varying > 0);
  }

  boolean collapsed(VaeConfig config) {
    return learnable && config.klWeight() > 0 && activeUnits < 0.5;
  }

  boolean overRegularised(VaeConfig config) {
    return learnable
        && config.klWeight() > 0
        && !collapsed(config)
        && explained < TOO_LITTLE_EXPLAINED;
  }

  /** The names of what is wrong, without what was done about it. */
  Optional<String> complaint(VaeConfig config) {
    if (collapsed(config)) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "posterior collapse: %.1f of %d latent units in use (KL of at least %s nats)",
              activeUnits,
              klPerUnit.length,
              ACTIVE));
    }
    if (overRegularised(config)) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "over-regularised: the reconstruction explains %.0f %% of the variance (expected: at"
                  + " least %.0f %%)",
              100 * Math.max(0, explained),
              100 * TOO_LITTLE_EXPLAINED));
    }
    return Optional.empty();
  }

  /** The next repair not yet tried, if there is one. */
  Optional<Repair> repair(VaeConfig config, List<Repair> tried) {
    List<Repair> known =
        collapsed(config)
            ? List.of(Repair.LONGER_ANNEALING, Repair.FREE_BITS)
            : overRegularised(config) ? List.of(Repair.LOWER_BETA) : List.of();
    return known.stream().filter(repair -> !tried.contains(repair)).findFirst();
  }

  /** What the course of the losses shows, once training is over. */
  static Optional<String> overfitting(
      List<Manifest.HistoryEntry> history, double klWeight, int[] bestSteps, int width) {
    if (history.isEmpty()) {
      return Optional.empty();
    }
    double best = Double.POSITIVE_INFINITY;
    for (Manifest.HistoryEntry entry : history) {
      best = Math.min(best, validationLoss(entry, klWeight));
    }
    Manifest.HistoryEntry last = history.get(history.size() - 1);
    double rise = validationLoss(last, klWeight) - best;
    double gap =
        validationLoss(last, klWeight) - (last.trainReconstruction() + klWeight * last.trainKl());
    double allowed = OVERFITTING_SHARE * (Math.abs(best) + width);
    if (rise <= allowed || gap <= allowed) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "overfitting: the validation loss rose by %.1f nats after its best and ended %.1f nats"
                + " above the training loss; stopped early, the weights of steps %s were restored",
            rise,
            gap,
            Arrays.toString(bestSteps)));
  }

  Manifest.Health toHealth(VaeConfig config, List<String> findings) {
    List<String> all = new ArrayList<>(findings);
    Optional<String> complaint = complaint(config);
    complaint.ifPresent(all::add);
    if (!learnable) {
      all.add("nothing to learn: every input column is constant in the training rows");
    }
    return new Manifest.Health(
        complaint.isEmpty() && learnable, activeUnits, klPerUnit, List.copyOf(all));
  }

  private static double validationLoss(Manifest.HistoryEntry entry, double klWeight) {
    return entry.validationReconstruction() + klWeight * entry.validationKl();
  }

  private static double variance(float[] values, int count, int columns, int j) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values[i * columns + j];
    }
    double mean = sum / count;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      double away = values[i * columns + j] - mean;
      squares += away * away;
    }
    return squares / count;
  }
}
