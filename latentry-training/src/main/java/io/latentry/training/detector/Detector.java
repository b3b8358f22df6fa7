package io.latentry.training.detector;

import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.data.Images;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.GraphValues;
import io.latentry.core.graph.Ops;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import io.latentry.core.graph.ScoreGraph;
import io.latentry.core.preprocessing.Features;
import io.latentry.core.preprocessing.Grid;
import io.latentry.core.preprocessing.Prepared;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.model.ForwardPass;
import io.latentry.training.model.Vae;
import io.latentry.training.model.layer.Weights;
import io.latentry.training.term.LatentTerm;
import io.latentry.training.term.Shares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.jspecify.annotations.Nullable;

/**
 * A trained model with its score terms: the whole way from raw columns to outputs, written once
 * over {@link Ops}. Immutable.
 *
 * <p>Terms are means over members. A row that cannot be judged has NaN for the score and both
 * terms; {@link Output#SCORE_IMPUTED} is what the rest of it comes to.
 */
public final class Detector implements ScoreGraph {
  /** Samples of one pass through the engine. */
  private static final int BATCH = 512;

  /** Tiles of images whose outputs are held until they are put together. */
  private static final int TILES = 16;

  private final TrainedVae trained;
  private final Vae vae;
  private final LatentTerm latentTerm;
  private final List<float[]> noiseDraws;
  private final @Nullable ScoreMix mix;

  Detector(
      TrainedVae trained,
      Vae vae,
      LatentTerm latentTerm,
      List<float[]> noiseDraws,
      @Nullable ScoreMix mix) {
    this.trained = trained;
    this.vae = vae;
    this.latentTerm = latentTerm;
    this.noiseDraws = List.copyOf(noiseDraws);
    this.mix = mix;
  }

  /** The model within. */
  public TrainedVae trained() {
    return trained;
  }

  /** The mix that {@link Output#SCORE} is computed by, once there is one. */
  public Optional<ScoreMix> mix() {
    return Optional.ofNullable(mix);
  }

  /** The same detector with a calibrated score. */
  public Detector withMix(ScoreMix calibrated) {
    return new Detector(trained, vae, latentTerm, noiseDraws, calibrated);
  }

  /** The outputs that this detector has. */
  public Set<Output> outputs() {
    Set<Output> outputs = EnumSet.allOf(Output.class);
    if (mix == null) {
      outputs.remove(Output.SCORE);
      outputs.remove(Output.SCORE_IMPUTED);
      outputs.remove(Output.SCORE_CONTRIBUTION);
      outputs.remove(Output.HEAT_MAP);
    }
    if (!trained.preprocessor().knowsNovelty()) {
      outputs.remove(Output.NOVELTY);
    }
    if (!trained.preprocessor().tellsExpected()) {
      outputs.remove(Output.RECONSTRUCTION);
    }
    outputs.removeIf(output -> trained.preprocessor().spec().shape(output).contains(0));
    return outputs;
  }

  @Override
  public <T> Map<Output, T> build(Ops<T> ops, GraphValues<T> inputs) {
    Map<Output, T> outputs = build(ops, inputs, outputs());
    // What no output needs, such as the posterior's variance at zero draws, a warm start does.
    trained.weights().forEach((name, weight) -> ops.weight(name, weight.values(), weight.shape()));
    return outputs;
  }

  /** As {@link #build(Ops, GraphValues)}, of {@code wanted} outputs only. */
  private <T> Map<Output, T> build(Ops<T> ops, GraphValues<T> inputs, Set<Output> wanted) {
    requireKnown(wanted);
    Preprocessor preprocessor = trained.preprocessor();
    Prepared<T> rows = preprocessor.apply(ops, inputs);
    ForwardPass<T> pass = new ForwardPass<>(ops, vae, weights(ops), rows);
    Map<Output, T> outputs = new EnumMap<>(Output.class);
    boolean scores =
        wanted.contains(Output.SCORE)
            || wanted.contains(Output.SCORE_IMPUTED)
            || wanted.contains(Output.SCORE_CONTRIBUTION)
            || wanted.contains(Output.HEAT_MAP);
    T byColumn = null;
    T reconstruction = null;
    T latent = null;
    T latentByVector = null;
    Optional<Places> places = Places.of(preprocessor);
    T surprise = null;
    if (scores
        || wanted.contains(Output.RECONSTRUCTION_TERM)
        || wanted.contains(Output.CONTRIBUTION)) {
      byColumn = byColumn(pass);
      T byEntry = byColumn;
      surprise =
          places.map(of -> of.sums(ops, byEntry)).orElseGet(() -> ops.sum(byEntry, -1, false));
      T byPlace = surprise;
      reconstruction = places.map(of -> of.ofSample(ops, byPlace)).orElse(byPlace);
    }
    if (scores || wanted.contains(Output.LATENT_TERM)) {
      latentByVector = latentTerm.evaluate(pass);
      T byVector = latentByVector;
      latent = places.map(of -> of.ofSampleByVector(ops, byVector)).orElse(byVector);
    }
    T modelled = scores ? present(mix).score(ops, present(reconstruction), present(latent)) : null;
    T novelty =
        scores && rows.novelty() != null ? present(mix).ofNovelty(ops, rows.novelty()) : null;
    T score =
        modelled == null || novelty == null
            ? modelled
            : ops.add(modelled, ops.sum(novelty, -1, false));
    for (Output output : wanted) {
      outputs.put(
          output,
          switch (output) {
            case SCORE -> judged(ops, rows, present(score));
            case SCORE_IMPUTED -> present(score);
            case SCORE_CONTRIBUTION -> {
              T shares = ops.mul(ops.unsqueeze(present(modelled), 1), attribution(pass));
              yield byFeature(ops, output, novelty == null ? shares : ops.add(shares, novelty));
            }
            case NOVELTY -> byFeature(ops, output, present(rows.novelty()));
            case RECONSTRUCTION_TERM -> judged(ops, rows, present(reconstruction));
            case LATENT_TERM -> judged(ops, rows, present(latent));
            case CONTRIBUTION ->
                places.isPresent()
                    ? byPixel(pass, places.get(), present(reconstruction))
                    : byFeature(ops, output, present(byColumn));
            case HEAT_MAP ->
                heatMap(ops, places.orElseThrow(), present(surprise), present(latentByVector));
            case RECONSTRUCTION, RECONSTRUCTION_CATEGORICAL ->
                present(
                    preprocessor
                        .inUnits(ops, ops.mean(pass.expected(), 0, false), Set.of(output))
                        .get(output));
            case LATENT_MEAN -> {
              T mean = ops.squeeze(ops.slice(pass.mean(), 0, 0, 1), 0);
              yield places.map(of -> of.meanCode(ops, mean, latentUnits())).orElse(mean);
            }
          });
    }
    return outputs;
  }

  /** The score that each place would give, at the pixels: {@code [batch, height, width]}. */
  private <T> T heatMap(Ops<T> ops, Places places, T reconstruction, T latent) {
    T score =
        present(mix)
            .score(ops, places.smoothed(ops, reconstruction), places.smoothedByVector(ops, latent));
    return places.grid().pixels(ops, score);
  }

  /**
   * The reconstruction term shared out by the squares of what was not expected, at the pixels, all
   * channels alike: {@code [batch, channels, height, width]}.
   */
  private <T> T byPixel(ForwardPass<T> pass, Places of, T reconstruction) {
    Ops<T> ops = pass.ops();
    Grid grid = of.grid();
    List<Integer> shape = trained.preprocessor().spec().shape(Output.CONTRIBUTION);
    T unexpected = of.sums(ops, ops.mean(ops.square(pass.residual()), 0, false));
    T places = of.smoothed(ops, unexpected);
    T flat = ops.reshape(places, -1, (grid.rows() - 2L) * (grid.columns() - 2));
    T whole = ops.sum(ops.mul(flat, grid.shareOfPixels(ops)), 1, true);
    T nats =
        ops.div(ops.unsqueeze(reconstruction, 1), ops.add(whole, ops.scalar(Float.MIN_NORMAL)));
    T own = ops.reshape(ops.mul(flat, nats), -1, grid.rows() - 2, grid.columns() - 2);
    float[] each = new float[shape.get(0)];
    Arrays.fill(each, 1f / each.length);
    return ops.mul(ops.unsqueeze(grid.pixels(ops, own), 1), ops.constant(each, each.length, 1, 1));
  }

  private int latentUnits() {
    return trained.config().latentUnits();
  }

  /**
   * Runs samples through the training engine, large images tile by tile; the outputs stand in input
   * order.
   */
  public Outputs run(Samples samples, Set<Output> wanted) {
    return samples instanceof Images images && images.spec().tiling() != null
        ? images.outputsByTiles(TILES, tiles -> runWhole(tiles, wanted))
        : runWhole(samples, wanted);
  }

  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  private Outputs runWhole(Samples samples, Set<Output> wanted) {
    List<Outputs> parts = new ArrayList<>();
    int most = Math.max(1, Math.min(BATCH, PreparedSamples.BATCH_VALUES / samples.spec().values()));
    for (int from = 0; from < samples.count() || parts.isEmpty(); from += most) {
      Samples batch = samples.slice(from, Math.min(samples.count(), from + most));
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard();
          TorchOps ops = new TorchOps(Engine.device())) {
        Map<Output, float[]> numbers = new EnumMap<>(Output.class);
        build(ops, trained.preprocessor().raw(batch, ops::tensor), wanted)
            .forEach((output, tensor) -> numbers.put(output, TorchOps.values(tensor)));
        parts.add(new Outputs(batch.count(), numbers));
      }
    }
    return Outputs.concat(parts);
  }

  private <T> Weights<T> weights(Ops<T> ops) {
    return Weights.of(ops, trained.weights());
  }

  /** {@code [batch, columns]}: mean over members and noise draws. */
  private <T> T byColumn(ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    T sum = null;
    for (float[] draw : noiseDraws) {
      T nats = pass.negativeLogLikelihood(ops.constant(draw, 1, 1, draw.length));
      sum = sum == null ? nats : ops.add(sum, nats);
    }
    T byMember =
        sum == null
            ? pass.negativeLogLikelihood(null)
            : ops.mul(sum, ops.scalar(1f / noiseDraws.size()));
    return ops.mean(byMember, 0, false);
  }

  /** {@code [batch, columns]}: each column's share of the score; both terms by their weight. */
  private <T> T attribution(ForwardPass<T> pass) {
    Ops<T> ops = pass.ops();
    Features features = trained.preprocessor().features();
    T unexpected = features.sum(ops, ops.mean(ops.square(pass.residual()), 0, false));
    float alpha = (float) present(mix).alpha();
    return ops.add(
        ops.mul(Shares.of(ops, unexpected), ops.scalar(alpha)),
        ops.mul(Shares.of(ops, latentTerm.attribution(pass, features)), ops.scalar(1 - alpha)));
  }

  /** {@code [batch, features]} in the shape of the input. */
  private <T> T byFeature(Ops<T> ops, Output output, T values) {
    List<Integer> shape = trained.preprocessor().spec().shape(output);
    return shape.size() < 2
        ? values
        : ops.reshape(
            values,
            LongStream.concat(LongStream.of(0), shape.stream().mapToLong(Integer::longValue))
                .toArray());
  }

  private <T> T judged(Ops<T> ops, Prepared<T> rows, T term) {
    return ops.where(rows.invalid(), ops.scalar(Float.NaN), term);
  }

  private void requireKnown(Set<Output> wanted) {
    if (!outputs().containsAll(wanted)) {
      throw new IllegalArgumentException(
          "outputs: "
              + wanted
              + " (expected: among "
              + outputs()
              + (mix == null ? "; the score needs a mix, see withMix)" : ")"));
    }
  }

  private static <V> V present(@Nullable V value) {
    if (value == null) {
      throw new IllegalStateException("output: not computed");
    }
    return value;
  }
}
