package io.latentry.training.fit;

import io.latentry.core.artifact.Manifest;
import io.latentry.training.config.Repair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Everything that the next training step depends on, besides data, config and seed. */
public final class TrainingState {
  final List<Repair> repairs;
  final List<String> findings;
  int step;
  float[] parameters;
  float[] first;
  float[] second;

  /** The adversary's weights and moments, {@code float[members * its size]}; empty without one. */
  float[] adversary;

  float[] adversaryFirst;
  float[] adversarySecond;

  /** What the adversary's loss has come to, nats: a moving mean over steps and members. */
  double adversaryLoss = Double.NaN;

  /** The best weights of each member so far: {@code float[members * size]}. */
  float[] best;

  /** Validation loss of {@link #best}, nats, of each member. */
  final double[] bestLoss;

  final int[] bestStep;
  int evaluationsSinceBest;
  double firstLoss = Double.NaN;
  double sumReconstruction;
  double sumKl;
  int summed;
  final List<Manifest.HistoryEntry> history;

  /**
   * @param parameters the weights that training begins from
   * @param adversary those of the adversary; empty without one
   */
  public TrainingState(
      List<Repair> repairs,
      List<String> findings,
      float[] parameters,
      float[] adversary,
      int members) {
    this.repairs = new ArrayList<>(repairs);
    this.findings = new ArrayList<>(findings);
    this.parameters = parameters;
    this.first = new float[parameters.length];
    this.second = new float[parameters.length];
    this.best = parameters.clone();
    this.adversary = adversary;
    this.adversaryFirst = new float[adversary.length];
    this.adversarySecond = new float[adversary.length];
    this.bestLoss = new double[members];
    Arrays.fill(bestLoss, Double.POSITIVE_INFINITY);
    this.bestStep = new int[members];
    this.history = new ArrayList<>();
  }
}
