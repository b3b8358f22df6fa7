package io.latentry.pipeline.learning;

import io.latentry.core.artifact.Manifest.HistoryEntry;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Looks at the course of the losses for the moment at which a model began to learn noise: the
 * training loss falls suddenly, and the validation loss does not follow.
 */
public final class TrainingWatch {
  /** A fall is sudden if it is so many times the median change between two evaluations. */
  private static final double SUDDEN = 4;

  /** Nats an entry of the model's vector that a fall has at least. */
  private static final double LEAST_FALL = 0.02;

  /**
   * A validation loss that falls by less than this share of the training loss's does not follow.
   */
  private static final double FOLLOWS = 0.25;

  /** Evaluations at the start, when everything falls. */
  private static final int SETTLING = 3;

  private TrainingWatch() {}

  /**
   * What the history of one training shows, in words; the largest such fall if there are several.
   *
   * @param history of one fold, by step
   * @param width entries of the model's vector
   */
  public static Optional<String> finding(List<HistoryEntry> history, int width) {
    if (history.size() < SETTLING + 2) {
      return Optional.empty();
    }
    double[] falls = new double[history.size() - 1];
    for (int i = 0; i < falls.length; i++) {
      falls[i] = training(history.get(i)) - training(history.get(i + 1));
    }
    double[] sizes = Arrays.stream(falls).skip(SETTLING).map(Math::abs).sorted().toArray();
    double usual = sizes[sizes.length / 2];
    int worst = -1;
    for (int i = SETTLING; i < falls.length; i++) {
      double followed = validation(history.get(i)) - validation(history.get(i + 1));
      boolean alone = followed < FOLLOWS * falls[i];
      boolean sudden = falls[i] > SUDDEN * usual && falls[i] > LEAST_FALL * width;
      if (alone && sudden && (worst < 0 || falls[i] > falls[worst])) {
        worst = i;
      }
    }
    if (worst < 0) {
      return Optional.empty();
    }
    HistoryEntry before = history.get(worst);
    HistoryEntry after = history.get(worst + 1);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "overfitting to noise: between steps %d and %d the training loss fell by %.2f nats (%.1f"
                + " times the usual change) and the validation loss by %.2f; fewer steps, a smaller"
                + " model, training noise or more rows help",
            before.step(),
            after.step(),
            falls[worst],
            usual > 0 ? falls[worst] / usual : Double.POSITIVE_INFINITY,
            validation(before) - validation(after)));
  }

  /** Reconstruction and weighted KL, as training minimises them. */
  private static double training(HistoryEntry entry) {
    return entry.trainReconstruction() + entry.beta() * entry.trainKl();
  }

  private static double validation(HistoryEntry entry) {
    return entry.validationReconstruction() + entry.beta() * entry.validationKl();
  }
}
