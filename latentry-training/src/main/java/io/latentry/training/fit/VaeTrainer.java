package io.latentry.training.fit;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Samples;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.TrainingException;
import io.latentry.training.config.Profile;
import io.latentry.training.config.Repair;
import io.latentry.training.config.RepairMode;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.model.layer.NamedWeight;
import io.latentry.training.term.Codes;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Trains a VAE: an attempt, a look at its health, and where a repair is known another attempt.
 *
 * <p>The result is a function of rows, configuration and seed, bit for bit, on one machine and at
 * one number of threads.
 */
public final class VaeTrainer {
  /** Rows that an evaluation looks at. */
  private static final int EVALUATION_ROWS = 1024;

  private static final int FEWEST_EVALUATED = 64;

  /** Values of images by their pixels together, each of which becomes many on its way. */
  private static final int EVALUATION_VALUES = 1 << 22;

  private final VaeConfig config;
  private final TrainingConfig training;
  private final TrainingListener listener;
  private final String fold;

  public VaeTrainer(VaeConfig config, TrainingConfig training, TrainingListener listener) {
    this(config, training, listener, Manifest.HistoryEntry.FINAL);
  }

  /**
   * @param fold that this training is, as its history tells
   */
  public VaeTrainer(
      VaeConfig config, TrainingConfig training, TrainingListener listener, String fold) {
    this.config = config;
    this.training = training;
    this.listener = listener;
    this.fold = fold;
  }

  /**
   * Trains.
   *
   * @param trainingRows normal rows; those that cannot be judged are passed over
   * @param validationRows normal rows held out for early stopping; where there are none, training
   *     rows stand in
   * @param checkpoint where to keep the state; if the file is there, training goes on from it. It
   *     holds the finished state at the end, and is its owner's to delete
   * @throws TrainingInterruptedException if the thread is interrupted
   * @throws TrainingException if training explodes or the posterior collapses past every repair, or
   *     if the checkpoint belongs to another run
   */
  public TrainedVae train(
      Preprocessor preprocessor,
      Samples trainingRows,
      Samples validationRows,
      long seed,
      TrainingStart start,
      Optional<CheckpointFile> checkpoint) {
    Engine.pinThreads(training.threads());
    PreparedSamples rows = PreparedSamples.of(preprocessor, trainingRows);
    if (rows.count() == 0) {
      throw new TrainingException(
          "training rows: none of "
              + trainingRows.count()
              + " can be used (expected: at least 1); see the policies for missing and unseen"
              + " values");
    }
    int evaluated =
        Math.max(
            FEWEST_EVALUATED, Math.min(EVALUATION_ROWS, EVALUATION_VALUES / preprocessor.width()));
    PreparedSamples sample = rows.sample(evaluated, new SplittableRandom(seed + 1));
    PreparedSamples heldOut =
        PreparedSamples.drawn(
            preprocessor, validationRows, evaluated, new SplittableRandom(seed + 2));
    PreparedSamples validation = heldOut.count() > 0 ? heldOut : sample;
    VaeConfig asked = Profile.settled(config, preprocessor.spec()).resolved(preprocessor.width());

    Optional<TrainingState> resumed =
        checkpoint
            .filter(file -> Files.exists(file.path()))
            .map(file -> Checkpoint.read(file, asked.members()));
    List<Repair> repairs = new ArrayList<>(resumed.map(state -> state.repairs).orElse(List.of()));
    List<String> findings = new ArrayList<>(resumed.map(state -> state.findings).orElse(List.of()));
    while (true) {
      VaeConfig repaired = asked;
      TrainingConfig repairedTraining = training;
      for (Repair repair : repairs) {
        repaired = repair.applyTo(repaired);
        repairedTraining = repair.applyTo(repairedTraining);
      }
      TrainingRun run =
          new TrainingRun(
              preprocessor,
              repaired,
              repairedTraining,
              rows,
              validation,
              seed,
              listener,
              fold,
              checkpoint);
      FirstWeights first = new FirstWeights(run, repaired.members(), rows, seed);
      TrainingState state;
      if (resumed.isPresent()) {
        state = resumed.get();
        Checkpoint.requireShape(
            checkpoint.orElseThrow(), state, first.values(), first.adversaryValues());
        resumed = Optional.empty();
      } else {
        // A repaired model of another shape has no use for the weights of a warm start.
        boolean fresh = repairs.stream().anyMatch(Repair::changesShape);
        float[] weights = first.of(fresh ? TrainingStart.fresh() : start);
        state =
            new TrainingState(repairs, findings, weights, first.adversary(), repaired.members());
      }
      Optional<String> explosion = run.train(state);
      HealthCheck check = null;
      TrainedVae trained = null;
      if (explosion.isEmpty()) {
        Map<String, NamedWeight> weights = run.parameters().named(state.best);
        Manifest.Health unknown = new Manifest.Health(true, 0, new double[0], List.of());
        trained =
            new TrainedVae(
                preprocessor, repaired, repairedTraining, weights, state.history, unknown);
        check =
            HealthCheck.of(
                run.klByPart(state.best, sample),
                Codes.of(run.vae(), trained.weights(), sample),
                sample.x(),
                preprocessor.pixels(),
                run.complaint(state),
                HealthCheck.overfitting(
                    state.history, repaired.klWeight(), state.bestStep, preprocessor.width()));
      }
      Optional<Repair> repair = next(explosion, check, repaired, repairs);
      if (repair.isPresent()) {
        VaeConfig looked = repaired;
        HealthCheck seen = check;
        String complaint =
            explosion
                .or(() -> seen == null ? Optional.empty() : seen.complaint(looked, mode()))
                .orElse("");
        repairs.add(repair.get());
        findings.add(complaint + "; " + repair.get().told());
      } else if (trained == null || check == null) {
        throw new TrainingException(
            explosion.orElse("training failed")
                + "; "
                + repairs.size()
                + " restarts at a lower rate did not help: look for extreme values in the data, or"
                + " set a lower learning_rate");
      } else if (check.collapsed(repaired)) {
        throw new TrainingException(
            check.complaint(repaired, mode()).orElseThrow()
                + ", after "
                + repairs.size()
                + " repairs; set a lower beta (now "
                + repaired.klWeight()
                + ") or more free_bits");
      } else {
        // What comes after training may be interrupted too.
        keep(checkpoint, state);
        check.overfitting().ifPresent(findings::add);
        if (heldOut.count() == 0) {
          findings.add(
              "no validation rows: early stopping looked at training rows, so overfitting goes"
                  + " unseen");
        }
        return new TrainedVae(
            preprocessor,
            repaired,
            repairedTraining,
            trained.weights(),
            state.history,
            check.toHealth(repaired, mode(), findings));
      }
    }
  }

  private RepairMode mode() {
    return training.repairMode();
  }

  private Optional<Repair> next(
      Optional<String> explosion,
      @Nullable HealthCheck check,
      VaeConfig repaired,
      List<Repair> tried) {
    if (tried.size() >= training.mostRepairs()) {
      return Optional.empty();
    }
    if (explosion.isPresent() || check == null) {
      return Optional.of(Repair.LOWER_LEARNING_RATE);
    }
    return check.repair(repaired, mode(), tried);
  }

  private static void keep(Optional<CheckpointFile> checkpoint, TrainingState finished) {
    if (checkpoint.isPresent()) {
      Checkpoint.write(checkpoint.get(), finished);
    }
  }
}
