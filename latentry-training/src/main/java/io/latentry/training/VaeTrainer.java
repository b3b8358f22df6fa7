package io.latentry.training;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Rows;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.FlatParameters;
import io.latentry.training.model.NamedWeight;
import io.latentry.training.model.Parameter;
import java.nio.file.Files;
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

  private final VaeConfig config;
  private final TrainingConfig training;
  private final TrainingListener listener;

  public VaeTrainer(VaeConfig config, TrainingConfig training, TrainingListener listener) {
    this.config = config;
    this.training = training;
    this.listener = listener;
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
      Rows trainingRows,
      Rows validationRows,
      long seed,
      TrainingStart start,
      Optional<CheckpointFile> checkpoint) {
    Engine.pinThreads(training.threads());
    PreparedRows rows = PreparedRows.of(preprocessor, trainingRows);
    if (rows.count() == 0) {
      throw new TrainingException(
          "training rows: none of "
              + trainingRows.count()
              + " can be used (expected: at least 1); see the policies for missing and unseen"
              + " values");
    }
    PreparedRows sample = rows.sample(EVALUATION_ROWS, new SplittableRandom(seed + 1));
    PreparedRows heldOut =
        PreparedRows.of(preprocessor, validationRows)
            .sample(EVALUATION_ROWS, new SplittableRandom(seed + 2));
    PreparedRows validation = heldOut.count() > 0 ? heldOut : sample;
    VaeConfig asked = config.resolved(preprocessor.width());

    TrainingState state = null;
    while (true) {
      List<Repair> repairs = state == null ? List.of() : state.repairs;
      VaeConfig repaired = asked;
      TrainingConfig repairedTraining = training;
      if (state == null && checkpoint.isPresent() && Files.exists(checkpoint.get().path())) {
        state = resumed(checkpoint.get(), asked, preprocessor);
        repairs = state.repairs;
      }
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
              checkpoint);
      if (state == null) {
        state =
            new TrainingState(
                List.of(),
                List.of(),
                firstWeights(run.parameters(), repaired, preprocessor, seed, start),
                repaired.members());
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
                sample.codes(VaeFactory.vae(repaired, preprocessor), trained),
                sample.x());
      }
      Optional<Repair> repair = next(explosion, check, repaired, state.repairs);
      if (repair.isPresent()) {
        state =
            again(state, repair.get(), explosion, check, repaired, run, preprocessor, seed, start);
      } else if (trained == null || check == null) {
        throw new TrainingException(
            explosion.orElse("training failed")
                + "; "
                + state.repairs.size()
                + " restarts at a lower rate did not help: look for extreme values in the data, or"
                + " set a lower learning_rate");
      } else if (check.collapsed(repaired)) {
        throw new TrainingException(
            check.complaint(repaired).orElseThrow()
                + ", after "
                + state.repairs.size()
                + " repairs; set a lower beta (now "
                + repaired.klWeight()
                + ") or more free_bits");
      } else {
        // What comes after training may be interrupted too.
        keep(checkpoint, state);
        HealthCheck.overfitting(
                state.history, repaired.klWeight(), state.bestStep, preprocessor.width())
            .ifPresent(state.findings::add);
        if (heldOut.count() == 0) {
          state.findings.add(
              "no validation rows: early stopping looked at training rows, so overfitting goes"
                  + " unseen");
        }
        return new TrainedVae(
            preprocessor,
            repaired,
            repairedTraining,
            trained.weights(),
            state.history,
            check.toHealth(repaired, state.findings));
      }
    }
  }

  private Optional<Repair> next(
      Optional<String> explosion,
      @Nullable HealthCheck check,
      VaeConfig repaired,
      List<Repair> tried) {
    if (tried.size() >= training.maxRepairs()) {
      return Optional.empty();
    }
    if (explosion.isPresent() || check == null) {
      return Optional.of(Repair.LOWER_LEARNING_RATE);
    }
    return check.repair(repaired, tried);
  }

  /** The state of a fresh attempt after one more repair. */
  private static TrainingState again(
      TrainingState state,
      Repair repair,
      Optional<String> explosion,
      @Nullable HealthCheck check,
      VaeConfig repaired,
      TrainingRun run,
      Preprocessor preprocessor,
      long seed,
      TrainingStart start) {
    String complaint =
        explosion.or(() -> check == null ? Optional.empty() : check.complaint(repaired)).orElse("");
    state.repairs.add(repair);
    state.findings.add(complaint + "; " + repair.told());
    return new TrainingState(
        state.repairs,
        state.findings,
        firstWeights(run.parameters(), repaired, preprocessor, seed, start),
        repaired.members());
  }

  private static TrainingState resumed(
      CheckpointFile file, VaeConfig config, Preprocessor preprocessor) {
    int size =
        VaeFactory.vae(config, preprocessor).parameters().stream().mapToInt(Parameter::size).sum();
    return Checkpoint.read(file, config.members(), size);
  }

  private static float[] firstWeights(
      FlatParameters parameters,
      VaeConfig config,
      Preprocessor preprocessor,
      long seed,
      TrainingStart start) {
    if (start instanceof TrainingStart.Warm warm) {
      return parameters.flat(warm.weights());
    }
    List<Parameter> own = VaeFactory.vae(config, preprocessor).parameters();
    float[] flat = new float[config.members() * parameters.size()];
    SplittableRandom random = new SplittableRandom(seed);
    int at = 0;
    for (int m = 0; m < config.members(); m++) {
      for (Parameter parameter : own) {
        for (int i = 0; i < parameter.size(); i++) {
          flat[at++] =
              parameter.standardDeviation() == 0
                  ? 0
                  : (float) (random.nextGaussian() * parameter.standardDeviation());
        }
      }
    }
    return flat;
  }

  private static void keep(Optional<CheckpointFile> checkpoint, TrainingState finished) {
    if (checkpoint.isPresent()) {
      Checkpoint.write(checkpoint.get(), finished);
    }
  }
}
