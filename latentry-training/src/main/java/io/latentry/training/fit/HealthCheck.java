package io.latentry.training.fit;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.preprocessing.PixelMap;
import io.latentry.training.config.Repair;
import io.latentry.training.config.RepairMode;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.term.Codes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is wrong with a trained model, in plain words, and what may mend it.
 *
 * @param klPerUnit mean KL of each latent unit of the first member, nats; one figure for all units
 *     where the KL does not split
 * @param latent latent units
 * @param activeUnits units in use, mean over members
 * @param explained share of the entries' variance that the expectations explain, mean over members
 * @param detail share of the fine detail of images that the expectations hold; empty of others
 * @param learnable whether any entry varies at all
 * @param adversary what is wrong with the regulariser's adversary
 * @param overfitting what the course of the losses shows
 */
public record HealthCheck(
    double[] klPerUnit,
    int latent,
    double activeUnits,
    double explained,
    OptionalDouble detail,
    boolean learnable,
    Optional<String> adversary,
    Optional<String> overfitting) {
  /**
   * A unit with less KL than this (nats) says nothing about its row. Where the KL does not split,
   * the share of the unit's variance that tells rows apart must be as much.
   *
   * @see <a href="https://arxiv.org/abs/1509.00519">Burda et al. 2016, appendix C, for the latter;
   *     ours is relative, since a learned prior may have any scale</a>
   */
  static final double ACTIVE = 0.01;

  private static final double TOO_LITTLE_EXPLAINED = 0.05;

  /** What {@link RepairMode#AUTO} does not put up with. */
  private static final double OVER_SMOOTHED = 0.3;

  /** Fine detail of images below which they are called blurred. */
  private static final double BLURRED = 0.25;

  /** Share of the loss, and nats an entry, that the validation loss may rise after its best. */
  private static final double OVERFITTING_SHARE = 0.05;

  /**
   * @param klByPart {@code float[members * parts]}
   * @param x the rows behind {@code codes}
   * @param pixels what they are images by; empty where they are none
   */
  public static HealthCheck of(
      float[] klByPart,
      Codes codes,
      float[] x,
      Optional<PixelMap> pixels,
      Optional<String> adversary,
      Optional<String> overfitting) {
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
    if (parts != codes.latent()) {
      active = tellingUnits(codes);
    }
    ExplainedVariance explained = new ExplainedVariance(x, codes);
    return new HealthCheck(
        first,
        codes.latent(),
        active / members,
        explained.share(),
        pixels.isPresent()
            ? OptionalDouble.of(FineDetail.share(pixels.get(), x, codes))
            : OptionalDouble.empty(),
        explained.varies(),
        adversary,
        overfitting);
  }

  /** Units, of all members together, whose means vary beside their posteriors' own variance. */
  private static int tellingUnits(Codes codes) {
    int telling = 0;
    for (int m = 0; m < codes.members(); m++) {
      for (int j = 0; j < codes.latent(); j++) {
        double between = codes.moments(codes.mean(), codes.latent(), m, j)[1];
        double within = Math.exp(codes.moments(codes.logVar(), codes.latent(), m, j)[0]);
        telling += between / (between + within) >= ACTIVE ? 1 : 0;
      }
    }
    return telling;
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

  /** Whether the expectations leave out most of what tells rows apart. */
  boolean overSmoothed(RepairMode mode) {
    return mode == RepairMode.AUTO && learnable && explained < OVER_SMOOTHED;
  }

  /** Whether images come out blurred, which is told, and costs no health: grain is lost too. */
  private boolean blurred() {
    return learnable && detail.orElse(1) < BLURRED;
  }

  private Optional<String> blur(VaeConfig config, RepairMode mode) {
    if (!blurred()) {
      return Optional.empty();
    }
    boolean open = mode != RepairMode.AUTO && Repair.PERCEPTUAL_LOSS.isOpenTo(config);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "blurred: the reconstructions hold %.0f %% of the fine detail of images (expected: at"
                + " least %.0f %%, or grain that nobody can foresee)%s",
            100 * detail.orElse(1),
            100 * BLURRED,
            open ? "; --repair auto compares them by what a fixed network sees" : ""));
  }

  /** The names of what is wrong, without what was done about it. */
  Optional<String> complaint(VaeConfig config, RepairMode mode) {
    if (collapsed(config)) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "posterior collapse: %.1f of %d latent units in use (KL of at least %s nats)",
              activeUnits,
              latent,
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
    if (overSmoothed(mode)) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "over-smoothed: the reconstruction explains %.0f %% of the variance (expected: at"
                  + " least %.0f %%)",
              100 * Math.max(0, explained),
              100 * OVER_SMOOTHED));
    }
    return adversary.isPresent() || mode != RepairMode.AUTO ? adversary : overfitting;
  }

  /** The next repair not yet tried, if there is one. */
  Optional<Repair> repair(VaeConfig config, RepairMode mode, List<Repair> tried) {
    return remedies(config, mode).stream()
        .filter(repair -> !tried.contains(repair) && repair.isOpenTo(config))
        .findFirst();
  }

  /** The remedies for what is wrong, in the order in which they are tried. */
  private List<Repair> remedies(VaeConfig config, RepairMode mode) {
    if (mode == RepairMode.NONE) {
      return List.of();
    }
    boolean auto = mode == RepairMode.AUTO;
    if (collapsed(config)) {
      return auto
          ? List.of(
              Repair.LONGER_ANNEALING,
              Repair.FREE_BITS,
              Repair.GROWING_CAPACITY,
              Repair.SHALLOWER_DECODER,
              Repair.LOWER_BETA)
          : List.of(Repair.LONGER_ANNEALING, Repair.FREE_BITS);
    }
    if (overSmoothed(mode)) {
      return List.of(
          Repair.LOWER_BETA,
          Repair.MORE_RECONSTRUCTION,
          Repair.SHALLOWER_DECODER,
          Repair.LARGER_LATENT);
    }
    if (overRegularised(config)) {
      return List.of(Repair.LOWER_BETA);
    }
    if (mode == RepairMode.AUTO && blurred()) {
      return List.of(
          Repair.PERCEPTUAL_LOSS,
          Repair.LOWER_BETA,
          Repair.LARGER_LATENT,
          Repair.MORE_RECONSTRUCTION);
    }
    if (adversary.isPresent()) {
      return List.of(Repair.SLOWER_ADVERSARY);
    }
    return auto && overfitting.isPresent() ? List.of(Repair.LATENT_DROPOUT) : List.of();
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
                + " above the training loss; %s",
            rise,
            gap,
            Arrays.stream(bestSteps).allMatch(step -> step == last.step())
                ? "the last weights were kept, since a regulariser lowers something else"
                : "stopped early, the weights of steps "
                    + Arrays.toString(bestSteps)
                    + " were restored"));
  }

  Manifest.Health toHealth(VaeConfig config, RepairMode mode, List<String> findings) {
    List<String> all = new ArrayList<>(findings);
    // Overfitting is mended by early stopping, and told among the findings.
    Optional<String> complaint =
        complaint(config, mode).filter(c -> !overfitting.equals(Optional.of(c)));
    complaint.or(() -> blur(config, mode)).ifPresent(all::add);
    if (!learnable) {
      all.add("nothing to learn: every input column is constant in the training rows");
    }
    return new Manifest.Health(
        complaint.isEmpty() && learnable, activeUnits, klPerUnit, List.copyOf(all));
  }

  private static double validationLoss(Manifest.HistoryEntry entry, double klWeight) {
    return entry.validationReconstruction() + klWeight * entry.validationKl();
  }
}
