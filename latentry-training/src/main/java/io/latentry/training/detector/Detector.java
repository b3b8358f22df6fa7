package io.latentry.training.detector;

import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.GraphValues;
import io.latentry.core.graph.Ops;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import io.latentry.core.graph.ScoreGraph;
import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.Prepared;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.training.config.LatentTermKind;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.fit.Batches;
import io.latentry.training.fit.PreparedRows;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.VaeFactory;
import io.latentry.training.model.ForwardPass;
import io.latentry.training.model.ImportanceWeightedBound;
import io.latentry.training.model.Vae;
import io.latentry.training.model.architecture.EntriesByColumn;
import io.latentry.training.model.layer.Weights;
import io.latentry.training.term.AggregatedPosteriorTerm;
import io.latentry.training.term.Codes;
import io.latentry.training.term.ImportanceWeightedTerm;
import io.latentry.training.term.KlTerm;
import io.latentry.training.term.LatentTerm;
import io.latentry.training.term.NeighbourhoodTerm;
import io.latentry.training.term.PriorDensityTerm;
import io.latentry.training.term.Shares;
import io.latentry.training.term.TailedNeighbourhoodTerm;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.jspecify.annotations.Nullable;

/**
 * A trained model with its score terms: the whole way from raw columns to outputs, written once
 * over {@link Ops}. Immutable.
 *
 * <p>Terms are means over members. A row that cannot be judged has NaN for the score and both
 * terms.
 */
public final class Detector implements ScoreGraph {
  /** Values in all code tables together: 64 MB in the artifact. */
  private static final long MOST_STORED_VALUES = 16_000_000;

  /** Fewer would be no neighbourhood. */
  private static final int FEWEST_CODES = 64;

  /** More rows than these make the clusters hardly better, and the fit slower. */
  private static final int ROWS_TO_CLUSTER = 16_384;

  /** Draws of an estimated latent term, where the config stores none. */
  private static final int ESTIMATING_DRAWS = 16;

  /** Rows of one pass through the engine. */
  private static final int BATCH = 512;

  private static final float FAR = 1e9f;

  private final TrainedVae trained;
  private final Vae vae;
  private final LatentTerm latentTerm;
  private final List<float[]> noiseDraws;
  private final @Nullable ScoreMix mix;

  private Detector(
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

  /**
   * Adds the score terms that the model's config names.
   *
   * @param normals known normal rows, those that trained and those that stopped the training; the
   *     stored codes are a seeded subset, or the centres of its clusters
   */
  public static Detector fit(TrainedVae trained, Rows normals, long seed) {
    VaeConfig config = trained.config();
    Vae vae = VaeFactory.vae(config, trained.preprocessor());
    List<float[]> draws = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(seed);
    for (int d = 0; d < config.draws(); d++) {
      draws.add(draw(config, random));
    }
    Detector detector = new Detector(trained, vae, new PriorDensityTerm(), draws, null);
    return switch (config.latentTerm()) {
      case PRIOR_DENSITY -> detector;
      case KL -> detector.withTerm(new KlTerm(estimating(config, draws, seed)));
      case IMPORTANCE_WEIGHTED ->
          detector.withTerm(
              new ImportanceWeightedTerm(
                  new ImportanceWeightedBound(estimating(config, draws, seed))));
      case AGGREGATED_POSTERIOR, NEIGHBOURHOOD, TAILED_NEIGHBOURHOOD ->
          detector.withTerm(
              detector.termOfCodes(
                  PreparedRows.of(trained.preprocessor(), normals), mostCodes(trained), random));
    };
  }

  private LatentTerm termOfCodes(PreparedRows normals, int most, SplittableRandom random) {
    VaeConfig config = trained.config();
    if (config.latentTerm() == LatentTermKind.AGGREGATED_POSTERIOR) {
      return AggregatedPosteriorTerm.fit(normals.sample(most, random).codes(vae, trained));
    }
    List<Block> blocks = trained.preprocessor().blocks();
    Codes codes = normals.sample(rowsToCluster(most), random).codes(vae, trained);
    NeighbourhoodTerm neighbourhood =
        NeighbourhoodTerm.fit(codes, most, config.neighbours(), blocks, random);
    return config.latentTerm() == LatentTermKind.NEIGHBOURHOOD
        ? neighbourhood
        : TailedNeighbourhoodTerm.fit(
            neighbourhood,
            blocks,
            trained.preprocessor().schema().columns().size(),
            normals.vectors());
  }

  /** Rows that {@code most} codes stand for; fewer of a wide table, whose codes fill the memory. */
  private int rowsToCluster(int most) {
    long room = 4 * MOST_STORED_VALUES / (trained.config().members() * jointWidth(trained));
    return (int) Math.max(most, Math.min(ROWS_TO_CLUSTER, room));
  }

  /** The stored draws; where there are none, some that only an estimated term looks at. */
  private static List<float[]> estimating(VaeConfig config, List<float[]> draws, long seed) {
    if (!draws.isEmpty()) {
      return draws;
    }
    SplittableRandom random = new SplittableRandom(seed ^ 0x3c6ef372L);
    return Stream.generate(() -> draw(config, random)).limit(ESTIMATING_DRAWS).toList();
  }

  private static float[] draw(VaeConfig config, SplittableRandom random) {
    return Batches.gaussians(random, config.latentUnits(), 1);
  }

  /**
   * A detector whose terms are those of the ELBO: the reconstruction term and the KL, both the mean
   * over {@code draws} stored draws.
   */
  public static Detector elbo(TrainedVae trained, int draws, long seed) {
    return bounding(trained, LatentTermKind.KL, draws, seed);
  }

  /** A detector whose latent term is the importance-weighted bound at {@code draws} draws. */
  public static Detector importanceWeighted(TrainedVae trained, int draws, long seed) {
    return bounding(trained, LatentTermKind.IMPORTANCE_WEIGHTED, draws, seed);
  }

  private static Detector bounding(TrainedVae trained, LatentTermKind kind, int draws, long seed) {
    VaeConfig config = trained.config().toBuilder().latentTerm(kind).draws(draws).build();
    // Neither term stores codes, so that no rows are looked at.
    Rows none = Rows.of(trained.preprocessor().schema(), 0, new float[0], new String[0]);
    return fit(trained.with(config), none, seed);
  }

  /** As many codes as asked for, but fewer of a wide table, whose artifact must stay small. */
  private static int mostCodes(TrainedVae trained) {
    VaeConfig config = trained.config();
    long room = MOST_STORED_VALUES / (config.members() * jointWidth(trained));
    return (int) Math.max(FEWEST_CODES, Math.min(config.codes(), room));
  }

  private static long jointWidth(TrainedVae trained) {
    return 2L * trained.preprocessor().width() + trained.config().latentUnits();
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
      outputs.remove(Output.SCORE_CONTRIBUTION);
    }
    outputs.removeIf(output -> trained.preprocessor().schema().shape(output).contains(0));
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
    boolean scores = wanted.contains(Output.SCORE) || wanted.contains(Output.SCORE_CONTRIBUTION);
    T byColumn = null;
    T reconstruction = null;
    T latent = null;
    if (scores
        || wanted.contains(Output.RECONSTRUCTION_TERM)
        || wanted.contains(Output.CONTRIBUTION)) {
      byColumn = byColumn(pass);
      reconstruction = judged(ops, rows, ops.sum(byColumn, -1, false));
    }
    if (scores || wanted.contains(Output.LATENT_TERM)) {
      latent = judged(ops, rows, latentTerm.evaluate(pass));
    }
    for (Output output : wanted) {
      outputs.put(
          output,
          switch (output) {
            case SCORE -> mixed(ops, present(reconstruction), present(latent));
            case SCORE_CONTRIBUTION ->
                ops.mul(
                    ops.unsqueeze(mixed(ops, present(reconstruction), present(latent)), 1),
                    attribution(pass));
            case RECONSTRUCTION_TERM -> present(reconstruction);
            case LATENT_TERM -> present(latent);
            case CONTRIBUTION -> present(byColumn);
            case RECONSTRUCTION ->
                preprocessor.numericInUnits(ops, ops.mean(pass.expected(), 0, false));
            case RECONSTRUCTION_CATEGORICAL ->
                likeliestCategories(ops, ops.mean(pass.expected(), 0, false));
            case LATENT_MEAN -> ops.squeeze(ops.slice(pass.mean(), 0, 0, 1), 0);
          });
    }
    return outputs;
  }

  /** Runs rows through the training engine; the outputs stand in input order. */
  @SuppressWarnings("try") // Scope and guard are closed for their effect.
  public Outputs run(Rows rows, Set<Output> wanted) {
    List<Outputs> parts = new ArrayList<>();
    for (int from = 0; from < rows.count() || parts.isEmpty(); from += BATCH) {
      Rows batch = rows.slice(from, Math.min(rows.count(), from + BATCH));
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard();
          TorchOps ops = new TorchOps()) {
        Map<Output, float[]> numbers = new EnumMap<>(Output.class);
        build(ops, trained.preprocessor().raw(batch, TorchOps::tensor), wanted)
            .forEach((output, tensor) -> numbers.put(output, TorchOps.values(tensor)));
        parts.add(new Outputs(batch.count(), numbers));
      }
    }
    return Outputs.concat(parts);
  }

  private Detector withTerm(LatentTerm term) {
    return new Detector(trained, vae, term, noiseDraws, mix);
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
    Preprocessor preprocessor = trained.preprocessor();
    EntriesByColumn entries =
        new EntriesByColumn(preprocessor.blocks(), preprocessor.schema().columns().size());
    T unexpected = entries.sum(ops, ops.mean(ops.square(pass.residual()), 0, false));
    float alpha = (float) present(mix).alpha();
    return ops.add(
        ops.mul(Shares.of(ops, unexpected), ops.scalar(alpha)),
        ops.mul(Shares.of(ops, latentTerm.attribution(pass, entries)), ops.scalar(1 - alpha)));
  }

  private <T> T judged(Ops<T> ops, Prepared<T> rows, T term) {
    return ops.where(rows.invalid(), ops.scalar(Float.NaN), term);
  }

  private <T> T mixed(Ops<T> ops, T reconstruction, T latent) {
    return present(mix).score(ops, reconstruction, latent);
  }

  /**
   * {@code [batch, categoricalColumns]}: the index of the likeliest known category, the first of
   * equals.
   */
  private <T> T likeliestCategories(Ops<T> ops, T expected) {
    Preprocessor preprocessor = trained.preprocessor();
    Schema schema = preprocessor.schema();
    List<T> columns = new ArrayList<>();
    for (int j = 0; j < schema.categoricalCount(); j++) {
      Block block = preprocessor.blockOf(schema.numericCount() + j);
      int known = Math.max(1, schema.categorical(j).categories().size());
      T probabilities = ops.slice(expected, 1, block.offset(), block.offset() + (long) known);
      T lower = ops.less(probabilities, ops.max(probabilities, 1, true));
      float[] index = new float[known];
      for (int k = 0; k < known; k++) {
        index[k] = -k;
      }
      T candidates = ops.sub(ops.constant(index, 1, known), ops.mul(lower, ops.scalar(FAR)));
      columns.add(ops.neg(ops.max(candidates, 1, true)));
    }
    return ops.concat(1, columns);
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
