package io.latentry.training.detector;

import io.latentry.core.data.Samples;
import io.latentry.core.data.Windows;
import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.LagPreprocessor;
import io.latentry.training.config.LatentTermKind;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.fit.Batches;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.VaeFactory;
import io.latentry.training.model.ImportanceWeightedBound;
import io.latentry.training.model.Vae;
import io.latentry.training.term.AggregatedPosteriorTerm;
import io.latentry.training.term.Codes;
import io.latentry.training.term.ImportanceWeightedTerm;
import io.latentry.training.term.KlTerm;
import io.latentry.training.term.LaggedNeighbourhoodTerm;
import io.latentry.training.term.LatentTerm;
import io.latentry.training.term.NeighbourhoodTerm;
import io.latentry.training.term.PriorDensityTerm;
import io.latentry.training.term.TailedNeighbourhoodTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Makes detectors: adds to a trained model the score terms that its config names. */
public final class DetectorFit {
  /** Values in all code tables together: 64 MB in the artifact. */
  private static final long MOST_STORED_VALUES = 16_000_000;

  /** Fewer would be no neighbourhood. */
  private static final int FEWEST_CODES = 64;

  /** More rows than these make the clusters hardly better, and the fit slower. */
  private static final int ROWS_TO_CLUSTER = 16_384;

  /** Draws of an estimated latent term, where the config stores none. */
  private static final int ESTIMATING_DRAWS = 16;

  private final TrainedVae trained;
  private final VaeConfig config;
  private final Vae vae;
  private final long seed;
  private final SplittableRandom random;
  private final List<float[]> draws = new ArrayList<>();

  private DetectorFit(TrainedVae trained, long seed) {
    this.trained = trained;
    this.config = trained.config();
    this.vae = VaeFactory.vae(config, trained.preprocessor());
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    for (int d = 0; d < config.draws(); d++) {
      draws.add(draw(random));
    }
  }

  /**
   * A detector with the latent term of the model's config.
   *
   * @param normals known normal samples, those that trained and those that stopped the training;
   *     the stored codes are a seeded subset, or the centres of its clusters
   */
  public static Detector of(TrainedVae trained, Samples normals, long seed) {
    DetectorFit fit = new DetectorFit(trained, seed);
    return fit.with(
        switch (fit.config.latentTerm()) {
          case PRIOR_DENSITY -> new PriorDensityTerm();
          case KL -> fit.kl();
          case IMPORTANCE_WEIGHTED -> fit.importanceWeighted();
          case AGGREGATED_POSTERIOR, NEIGHBOURHOOD, TAILED_NEIGHBOURHOOD ->
              fit.termOfCodes(PreparedSamples.of(trained.preprocessor(), normals));
          case LAGGED_NEIGHBOURHOOD -> fit.lagged(normals);
        });
  }

  /**
   * A detector whose terms are those of the ELBO: the reconstruction term and the KL, both the mean
   * over {@code draws} stored draws.
   */
  public static Detector elbo(TrainedVae trained, int draws, long seed) {
    DetectorFit fit = new DetectorFit(bounding(trained, LatentTermKind.KL, draws), seed);
    return fit.with(fit.kl());
  }

  /** A detector whose latent term is the importance-weighted bound at {@code draws} draws. */
  public static Detector importanceWeighted(TrainedVae trained, int draws, long seed) {
    DetectorFit fit =
        new DetectorFit(bounding(trained, LatentTermKind.IMPORTANCE_WEIGHTED, draws), seed);
    return fit.with(fit.importanceWeighted());
  }

  private static TrainedVae bounding(TrainedVae trained, LatentTermKind kind, int draws) {
    return trained.with(trained.config().toBuilder().latentTerm(kind).draws(draws).build());
  }

  private Detector with(LatentTerm term) {
    return new Detector(trained, vae, term, draws, null);
  }

  private LatentTerm kl() {
    return new KlTerm(estimating());
  }

  private LatentTerm importanceWeighted() {
    return new ImportanceWeightedTerm(new ImportanceWeightedBound(estimating()));
  }

  private LatentTerm termOfCodes(PreparedSamples normals) {
    int most = mostCodes();
    if (config.latentTerm() == LatentTermKind.AGGREGATED_POSTERIOR) {
      return AggregatedPosteriorTerm.fit(codes(normals.sample(most, random)));
    }
    List<Block> blocks = trained.preprocessor().blocks();
    Codes codes = codes(normals.sample(samplesToCluster(most), random));
    NeighbourhoodTerm neighbourhood =
        NeighbourhoodTerm.fit(codes, most, config.neighbours(), blocks, random);
    return config.latentTerm() == LatentTermKind.NEIGHBOURHOOD
        ? neighbourhood
        : TailedNeighbourhoodTerm.fit(
            neighbourhood, blocks, trained.preprocessor().features(), normals);
  }

  private LatentTerm lagged(Samples normals) {
    if (!(normals instanceof Windows windows)
        || !(trained.preprocessor() instanceof LagPreprocessor view)) {
      throw new IllegalArgumentException(
          "latent_term: lagged_neighbourhood (expected: of windows in blocks of lags)");
    }
    return LaggedNeighbourhoodTerm.fit(
        vae, trained.weights(), view, windows, config.codes(), config.neighbours(), random);
  }

  private Codes codes(PreparedSamples samples) {
    return Codes.of(vae, trained.weights(), samples);
  }

  /** As many codes as asked for, but fewer of a wide table, whose artifact must stay small. */
  private int mostCodes() {
    long room = MOST_STORED_VALUES / (config.members() * jointWidth());
    return (int) Math.max(FEWEST_CODES, Math.min(config.codes(), room));
  }

  /** Samples that {@code most} codes stand for; fewer of wide ones, whose codes fill the memory. */
  private int samplesToCluster(int most) {
    long room = 4 * MOST_STORED_VALUES / (config.members() * jointWidth());
    return (int) Math.max(most, Math.min(ROWS_TO_CLUSTER, room));
  }

  private long jointWidth() {
    return 2L * trained.preprocessor().width() + config.latentUnits();
  }

  /** The stored draws; where there are none, some that only an estimated term looks at. */
  private List<float[]> estimating() {
    if (!draws.isEmpty()) {
      return draws;
    }
    SplittableRandom own = new SplittableRandom(seed ^ 0x3c6ef372L);
    return Stream.generate(() -> draw(own)).limit(ESTIMATING_DRAWS).toList();
  }

  private float[] draw(SplittableRandom from) {
    return Batches.gaussians(from, config.latentUnits(), 1);
  }
}
