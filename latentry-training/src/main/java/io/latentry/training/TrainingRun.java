package io.latentry.training;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.engine.AdamW;
import io.latentry.training.engine.FlatParameters;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.Elbo;
import io.latentry.training.model.Vae;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at training: the loop.
 *
 * <p>All randomness of a step comes from the seed, the attempt and the number of the step, so that
 * a run resumed from its {@link TrainingState} goes on bit for bit as if never interrupted.
 */
final class TrainingRun {
  /** A validation loss this many times the first one is an explosion. */
  private static final double EXPLOSION = 1e3;

  private static final int SMALLEST_BATCH = 32;

  private final Preprocessor preprocessor;
  private final Vae vae;
  private final Elbo elbo;
  private final VaeConfig config;
  private final TrainingConfig training;
  private final PreparedRows rows;
  private final PreparedRows validation;
  private final long seed;
  private final TrainingListener listener;
  private final Optional<CheckpointFile> checkpoint;
  private final FlatParameters parameters;
  private final float[] validationNoise;

  TrainingRun(
      Preprocessor preprocessor,
      VaeConfig config,
      TrainingConfig training,
      PreparedRows rows,
      PreparedRows validation,
      long seed,
      TrainingListener listener,
      Optional<CheckpointFile> checkpoint) {
    this.preprocessor = preprocessor;
    this.vae = VaeFactory.vae(config, preprocessor);
    this.elbo = new Elbo(vae, VaeFactory.schedule(config));
    this.config = config;
    this.training = training;
    this.rows = rows;
    this.validation = validation;
    this.seed = seed;
    this.listener = listener;
    this.checkpoint = checkpoint;
    this.parameters = new FlatParameters(vae.parameters(), config.members());
    this.validationNoise =
        gaussians(
            new SplittableRandom(seed ^ 0x5bd1e995),
            config.members() * validation.count() * vae.posterior().latent(),
            1);
  }

  FlatParameters parameters() {
    return parameters;
  }

  /**
   * Trains from {@code state} to the end, or until the validation loss has stopped falling.
   *
   * @return empty if all went well; else what was seen of an explosion
   */
  @SuppressWarnings("try") // Scopes are closed for their effect.
  Optional<String> train(TrainingState state) {
    try (PointerScope whole = new PointerScope();
        TorchOps ops = new TorchOps()) {
      long members = config.members();
      Tensor weights =
          TorchOps.tensor(state.parameters, members, parameters.size()).set_requires_grad(true);
      Tensor first = TorchOps.tensor(state.first, members, parameters.size());
      Tensor second = TorchOps.tensor(state.second, members, parameters.size());
      AdamW optimizer = new AdamW(weights, first, second, training.weightDecay());
      OneCycle learningRate =
          new OneCycle(training.learningRate(), training.rise(), training.steps());
      if (state.step == 0 && !evaluate(ops, weights, state)) {
        return Optional.of("the loss of the first weights is not a finite number");
      }
      while (state.step < training.steps() && state.evaluationsSinceBest < training.patience()) {
        if (Thread.interrupted()) {
          throw interrupted(state, weights, first, second);
        }
        try (PointerScope scope = new PointerScope()) {
          double progress = (double) state.step / training.steps();
          SplittableRandom random = randomOf(state);
          Tensor drawn = draw(random);
          Tensor target = ops.gather(ops.constant(rows.x(), rows.count(), rows.width()), drawn);
          float[] given = rows.observed();
          Tensor observed =
              given == null
                  ? null
                  : ops.gather(ops.constant(given, rows.count(), rows.width()), drawn);
          Tensor noise =
              TorchOps.tensor(
                  gaussians(random, (int) drawn.numel() * vae.posterior().latent(), 1),
                  members,
                  batch(),
                  vae.posterior().latent());
          Elbo.Losses<Tensor> losses =
              elbo.losses(
                  ops,
                  parameters.views(weights),
                  augmented(ops, target, random),
                  target,
                  observed,
                  noise,
                  progress);
          losses.ofMember().sum().backward();
          double reconstruction = losses.reconstruction().mean().item_double();
          double kl = losses.kl().sum().item_double() / members;
          if (!Double.isFinite(reconstruction) || !Double.isFinite(kl)) {
            return Optional.of(explosion("the training loss", state.step));
          }
          try (NoGradGuard guard = new NoGradGuard()) {
            Tensor gradient = weights.grad();
            double rate = learningRate.at(state.step);
            optimizer.update(gradient, state.step + 1, rate, training.gradientClip());
            gradient.zero_();
          }
          state.step++;
          state.sumReconstruction += reconstruction;
          state.sumKl += kl;
          state.summed++;
          listener.onStep(
              new TrainingListener.Progress(
                  state.step, training.steps(), state.repairs.size(), reconstruction, kl));
        }
        if ((state.step % training.evaluateEvery() == 0 || state.step == training.steps())
            && !evaluate(ops, weights, state)) {
          return Optional.of(explosion("the validation loss", state.step));
        }
        if (checkpoint.isPresent() && state.step % checkpoint.get().everySteps() == 0) {
          keep(state, weights, first, second);
          Checkpoint.write(checkpoint.get(), state);
        }
      }
      return Optional.empty();
    }
  }

  /** Mean KL of each part over {@code sample}: {@code float[members * parts]}, nats. */
  @SuppressWarnings("try") // Scopes are closed for their effect.
  float[] klByPart(float[] flat, PreparedRows sample) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard();
        TorchOps ops = new TorchOps()) {
      Tensor weights = TorchOps.tensor(flat, config.members(), parameters.size());
      float[] none = new float[config.members() * sample.count() * vae.posterior().latent()];
      return TorchOps.values(losses(ops, weights, sample, none).kl());
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
        if (ofMember[m] < state.bestLoss[m]) {
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
            "final",
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
  private Elbo.Losses<Tensor> losses(TorchOps ops, Tensor weights, PreparedRows of, float[] noise) {
    Tensor x = ops.constant(of.x(), of.count(), of.width());
    float[] given = of.observed();
    return elbo.losses(
        ops,
        parameters.views(weights),
        x,
        x,
        given == null ? null : ops.constant(given, of.count(), of.width()),
        ops.constant(noise, config.members(), of.count(), vae.posterior().latent()),
        1);
  }

  private int batch() {
    return Math.min(training.batch(), Math.max(SMALLEST_BATCH, rows.count()));
  }

  /** Row numbers, each member its own, with replacement: {@code [members, batch]}. */
  private Tensor draw(SplittableRandom random) {
    long[] drawn = new long[config.members() * batch()];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = random.nextInt(rows.count());
    }
    return Tensor.create(drawn, config.members(), batch());
  }

  /** What the encoder sees of {@code target} under the configured noise and mask. */
  private Tensor augmented(TorchOps ops, Tensor target, SplittableRandom random) {
    Tensor input = target;
    int cells = config.members() * batch();
    if (training.noise() > 0) {
      float[] noise = gaussians(random, cells * rows.width(), (float) training.noise());
      for (Block block : preprocessor.blocks()) {
        if (block.kind() != Block.Kind.GAUSSIAN) {
          fill(noise, cells, block, null);
        }
      }
      input = ops.add(input, TorchOps.tensor(noise, config.members(), batch(), rows.width()));
    }
    if (training.mask() > 0) {
      int columns = preprocessor.schema().columns().size();
      boolean[] hidden = new boolean[cells * columns];
      for (int i = 0; i < hidden.length; i++) {
        hidden[i] = random.nextDouble() < training.mask();
      }
      float[] mask = new float[cells * rows.width()];
      Arrays.fill(mask, 1);
      for (Block block : preprocessor.blocks()) {
        fill(mask, cells, block, hidden);
      }
      input = ops.mul(input, TorchOps.tensor(mask, config.members(), batch(), rows.width()));
    }
    return input;
  }

  /** Zeroes a block's entries, of the rows whose column is hidden or, without a mask, of all. */
  private void fill(float[] values, int cells, Block block, boolean @Nullable [] hidden) {
    int columns = preprocessor.schema().columns().size();
    for (int i = 0; i < cells; i++) {
      if (hidden == null || hidden[i * columns + block.column()]) {
        int from = i * rows.width() + block.offset();
        Arrays.fill(values, from, from + block.width(), 0);
      }
    }
  }

  private TrainingException interrupted(
      TrainingState state, Tensor weights, Tensor first, Tensor second) {
    if (checkpoint.isEmpty()) {
      return new TrainingInterruptedException(
          "training: interrupted at step " + state.step + "; nothing was kept");
    }
    keep(state, weights, first, second);
    Checkpoint.write(checkpoint.get(), state);
    return new TrainingInterruptedException(
        "training: interrupted at step "
            + state.step
            + "; repeat the same run to go on from "
            + checkpoint.get().path());
  }

  private static void keep(TrainingState state, Tensor weights, Tensor first, Tensor second) {
    state.parameters = TorchOps.values(weights);
    state.first = TorchOps.values(first);
    state.second = TorchOps.values(second);
  }

  private String explosion(String what, int step) {
    return what
        + " exploded at step "
        + step
        + " (learning rate up to "
        + training.learningRate()
        + ")";
  }

  private SplittableRandom randomOf(TrainingState state) {
    // Odd multipliers spread neighbouring steps and attempts over all of the seed's bits.
    return new SplittableRandom(
        seed + 0x9e3779b97f4a7c15L * (state.step + 1) + 0xc2b2ae3d27d4eb4fL * state.repairs.size());
  }

  static float[] gaussians(SplittableRandom random, int count, float deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian() * deviation;
    }
    return values;
  }
}
