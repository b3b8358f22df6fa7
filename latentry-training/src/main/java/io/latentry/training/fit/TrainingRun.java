package io.latentry.training.fit;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.TrainingException;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.engine.AdamW;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.FlatParameters;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.Batch;
import io.latentry.training.model.Elbo;
import io.latentry.training.model.Regulariser;
import io.latentry.training.model.Vae;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * One attempt at training: the loop.
 *
 * <p>All randomness of a step comes from the seed, the attempt and the number of the step, so that
 * a run resumed from its {@link TrainingState} goes on bit for bit as if never interrupted.
 */
final class TrainingRun {
  /** A validation loss this many times the first one is an explosion. */
  private static final double EXPLOSION = 1e3;

  private static final Weights<Tensor> NO_WEIGHTS =
      name -> {
        throw new IllegalStateException("weight: '" + name + "' (expected: none; no adversary)");
      };

  private final Preprocessor preprocessor;
  private final Vae vae;
  private final Elbo elbo;
  private final Optional<Regulariser> regulariser;
  private final Batches batches;
  private final VaeConfig config;
  private final TrainingConfig training;
  private final PreparedSamples validation;
  private final long seed;
  private final TrainingListener listener;
  private final String fold;
  private final Optional<CheckpointFile> checkpoint;
  private final FlatParameters parameters;
  private final float[] validationNoise;

  TrainingRun(
      Preprocessor preprocessor,
      VaeConfig config,
      TrainingConfig training,
      PreparedSamples rows,
      PreparedSamples validation,
      long seed,
      TrainingListener listener,
      String fold,
      Optional<CheckpointFile> checkpoint) {
    this.preprocessor = preprocessor;
    this.vae = VaeFactory.vae(config, preprocessor);
    Double weight = config.reconstructionWeight();
    this.elbo = new Elbo(vae, VaeFactory.schedule(config), weight == null ? 1 : weight);
    this.regulariser = config.variant().parts().regulariser(config);
    this.batches = new Batches(preprocessor, rows, config, training, vae.posterior().latent());
    this.config = config;
    this.training = training;
    this.validation = validation;
    this.seed = seed;
    this.listener = listener;
    this.fold = fold;
    this.checkpoint = checkpoint;
    this.parameters = new FlatParameters(vae.parameters(), config.members());
    this.validationNoise = noise(new SplittableRandom(seed ^ 0x5bd1e995), validation.count());
  }

  FlatParameters parameters() {
    return parameters;
  }

  Vae vae() {
    return vae;
  }

  /** What the regulariser's adversary learns; empty without one. */
  List<Parameter> adversary() {
    return regulariser.map(Regulariser::adversary).orElse(List.of());
  }

  /** What is wrong with how the adversary has come to stand, if there is one. */
  Optional<String> complaint(TrainingState state) {
    return regulariser
        .filter(r -> !r.adversary().isEmpty())
        .flatMap(r -> r.complaint(state.adversaryLoss));
  }

  /**
   * Trains from {@code state} to the end, or until the validation loss has stopped falling.
   *
   * @return empty if all went well; else what was seen of an explosion
   */
  @SuppressWarnings("try") // Scopes are closed for their effect.
  Optional<String> train(TrainingState state) {
    try (PointerScope whole = new PointerScope();
        TorchOps ops = new TorchOps(Engine.device())) {
      long members = config.members();
      Tensor weights =
          ops.tensor(state.parameters, members, parameters.size()).set_requires_grad(true);
      Tensor first = ops.tensor(state.first, members, parameters.size());
      Tensor second = ops.tensor(state.second, members, parameters.size());
      AdamW optimizer = new AdamW(weights, first, second, training.weightDecay());
      OneCycle learningRate =
          new OneCycle(training.learningRate(), training.rise(), training.steps());
      Optional<Adversary> adversary =
          regulariser
              .filter(r -> !r.adversary().isEmpty())
              .map(r -> new Adversary(ops, r, state, config.members(), training));
      Kept kept = new Kept(weights, first, second, adversary);
      // One that was interrupted before its first step has been evaluated.
      if (state.history.isEmpty() && !evaluate(ops, weights, state)) {
        return Optional.of("the loss of the first weights is not a finite number");
      }
      while (state.step < training.steps() && state.evaluationsSinceBest < training.patience()) {
        if (Thread.interrupted()) {
          throw interrupted(state, kept);
        }
        try (PointerScope scope = new PointerScope()) {
          double progress = (double) state.step / training.steps();
          double rate = learningRate.at(state.step);
          SplittableRandom random = randomOf(seed, state.step, state.repairs.size());
          Batch<Tensor> batch = batches.draw(ops, random);
          Weights<Tensor> model = parameters.views(weights);
          Elbo.Losses<Tensor> losses = elbo.losses(ops, model, batch, progress);
          Tensor loss = losses.ofMember().sum();
          Optional<Regulariser.Step<Tensor>> seen =
              regulariser.map(r -> seen(ops, model, adversary, batch, losses, progress, random));
          if (seen.isPresent()) {
            loss = loss.add(regulariser.orElseThrow().penalty(ops, seen.get()).sum());
          }
          loss.backward();
          if (adversary.isPresent()) {
            double lost =
                adversary
                    .get()
                    .update(ops, seen.orElseThrow(), state.step + 1, rate, training.gradientClip());
            if (!Double.isFinite(lost)) {
              return Optional.of(explosion("the adversary's loss", state.step));
            }
            state.adversaryLoss = Adversary.moved(state.adversaryLoss, lost);
          }
          double reconstruction = losses.reconstruction().mean().item_double();
          double kl = losses.kl().sum().item_double() / members;
          if (!Double.isFinite(reconstruction + kl)) {
            return Optional.of(explosion("the training loss", state.step));
          }
          try (NoGradGuard guard = new NoGradGuard()) {
            Tensor gradient = weights.grad();
            optimizer.update(gradient, state.step + 1, rate, training.gradientClip());
            gradient.zero_();
          }
          state.step++;
          state.sumReconstruction += reconstruction;
          state.sumKl += kl;
          state.summed++;
          listener.onStep(
              new TrainingListener.Step(
                  state.step, training.steps(), state.repairs.size(), reconstruction, kl));
        }
        if ((state.step % training.evaluateEvery() == 0 || state.step == training.steps())
            && !evaluate(ops, weights, state)) {
          return Optional.of(explosion("the validation loss", state.step));
        }
        if (checkpoint.isPresent() && state.step % checkpoint.get().everySteps() == 0) {
          kept.copyTo(state);
          Checkpoint.write(checkpoint.get(), state);
        }
      }
      return Optional.empty();
    }
  }

  /** What the regulariser is shown of a step. */
  private Regulariser.Step<Tensor> seen(
      TorchOps ops,
      Weights<Tensor> model,
      Optional<Adversary> adversary,
      Batch<Tensor> batch,
      Elbo.Losses<Tensor> losses,
      double progress,
      SplittableRandom random) {
    List<Tensor> views =
        regulariser
            .flatMap(Regulariser::views)
            .map(how -> batches.views(ops, batch.target(), how, random))
            .orElse(List.of());
    return new Regulariser.Step<>(
        vae,
        model,
        adversary.map(Adversary::still).orElse(NO_WEIGHTS),
        losses.code(),
        batches.gaussians(ops, random),
        views,
        batches.size(),
        progress);
  }

  /** Mean KL of each part over {@code sample}: {@code float[members * parts]}, nats. */
  @SuppressWarnings("try") // Scopes are closed for their effect.
  float[] klByPart(float[] flat, PreparedSamples sample) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard();
        TorchOps ops = new TorchOps(Engine.device())) {
      Tensor weights = ops.tensor(flat, config.members(), parameters.size());
      // Where the KL has no closed form, it is estimated at these draws.
      float[] noise = noise(new SplittableRandom(seed ^ 0x2545f491), sample.count());
      return TorchOps.values(losses(ops, weights, sample, noise).kl());
    }
  }

  /**
   * Looks at the validation rows, and keeps the weights of each member that does better than ever.
   *
   * @return false on an explosion
   */
  @SuppressWarnings("try") // Scopes are closed for their effect.
  private boolean evaluate(TorchOps ops, Tensor weights, TrainingState state) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Elbo.Losses<Tensor> losses = losses(ops, weights, validation, validationNoise);
      float[] ofMember = TorchOps.values(losses.ofMember());
      double reconstruction = losses.reconstruction().mean().item_double();
      double kl = losses.kl().sum().item_double() / config.members();
      double mean = reconstruction + config.klWeight() * kl;
      if (Double.isNaN(state.firstLoss)) {
        state.firstLoss = mean;
      }
      double bound = EXPLOSION * (Math.abs(state.firstLoss) + preprocessor.width());
      if (!Double.isFinite(mean) || mean > bound) {
        return false;
      }
      float[] now = TorchOps.values(weights);
      boolean better = false;
      for (int m = 0; m < ofMember.length; m++) {
        // A regulariser lowers something else than the ELBO, so that its latest weights are its
        // best.
        if (ofMember[m] < state.bestLoss[m] || regulariser.isPresent()) {
          state.bestLoss[m] = ofMember[m];
          state.bestStep[m] = state.step;
          System.arraycopy(
              now, m * parameters.size(), state.best, m * parameters.size(), parameters.size());
          better = true;
        }
      }
      state.evaluationsSinceBest = better ? 0 : state.evaluationsSinceBest + 1;
      record(state, reconstruction, kl);
      return true;
    }
  }

  private void record(TrainingState state, double reconstruction, double kl) {
    boolean trained = state.summed > 0;
    state.history.add(
        new Manifest.HistoryEntry(
            fold,
            state.step,
            new OneCycle(training.learningRate(), training.rise(), training.steps())
                .at(Math.max(0, state.step - 1)),
            elbo.schedule().weight((double) state.step / training.steps()),
            trained ? state.sumReconstruction / state.summed : reconstruction,
            trained ? state.sumKl / state.summed : kl,
            reconstruction,
            kl));
    state.sumReconstruction = 0;
    state.sumKl = 0;
    state.summed = 0;
  }

  /** Losses of rows as they are, under the schedule's end. */
  private Elbo.Losses<Tensor> losses(
      TorchOps ops, Tensor weights, PreparedSamples of, float[] noise) {
    Tensor x = ops.constant(of.x(), of.count(), of.width());
    float[] given = of.observed();
    Batch<Tensor> batch =
        new Batch<>(
            x,
            x,
            given == null ? null : ops.constant(given, of.count(), of.width()),
            ops.constant(noise, config.members(), of.count(), vae.posterior().latent()),
            null);
    return elbo.losses(ops, parameters.views(weights), batch, 1);
  }

  /** {@code float[members * rows * latent]}, standard normal. */
  private float[] noise(SplittableRandom random, int rows) {
    return Batches.gaussians(random, config.members() * rows * vae.posterior().latent(), 1);
  }

  private TrainingException interrupted(TrainingState state, Kept kept) {
    if (checkpoint.isEmpty()) {
      return new TrainingInterruptedException(
          "training: interrupted at step " + state.step + "; nothing was kept");
    }
    kept.copyTo(state);
    Checkpoint.write(checkpoint.get(), state);
    return new TrainingInterruptedException(
        "training: interrupted at step "
            + state.step
            + "; repeat the same run to go on from "
            + checkpoint.get().path());
  }

  /** What lives on the engine between steps. */
  private record Kept(Tensor weights, Tensor first, Tensor second, Optional<Adversary> adversary) {
    void copyTo(TrainingState state) {
      state.parameters = TorchOps.values(weights);
      state.first = TorchOps.values(first);
      state.second = TorchOps.values(second);
      adversary.ifPresent(own -> own.keep(state));
    }
  }

  private String explosion(String what, int step) {
    return what
        + " exploded at step "
        + step
        + " (learning rate up to "
        + training.learningRate()
        + ")";
  }

  /**
   * What a step draws by. Split, since a generator's own steps are of one length: of seeds that lie
   * such steps apart each stream is the one before without its first number, and all steps of a
   * training would draw the same few rows.
   */
  static SplittableRandom randomOf(long seed, int step, int repairs) {
    return new SplittableRandom(
            seed + 0x9e3779b97f4a7c15L * (step + 1) + 0xc2b2ae3d27d4eb4fL * repairs)
        .split();
  }
}
