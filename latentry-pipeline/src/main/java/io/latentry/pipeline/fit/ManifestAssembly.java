package io.latentry.pipeline.fit;

import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.artifact.CategoryProbes;
import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Probes;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.Terms;
import io.latentry.core.calibration.ThresholdFit;
import io.latentry.core.data.Column;
import io.latentry.core.data.Novelty;
import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.Folds;
import io.latentry.core.evaluation.OrderStatistics;
import io.latentry.core.evaluation.Reservoir;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.pipeline.Versions;
import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TrainingData;
import io.latentry.training.detector.Detector;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.model.layer.NamedWeight;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Gathers what an artifact says of itself: the manifest and the probes of one fit. */
public final class ManifestAssembly {
  /** Values kept of each quantity, for drift: enough for a Kolmogorov-Smirnov test to see 0.1. */
  private static final int RESERVOIR = 500;

  /** Normal rows kept for comparison. */
  private static final int NORMALS = 200;

  /** Normal rows, and as many perturbed ones, that every host replays. */
  private static final int PROBES = 8;

  /** The same of images, each of which is large. */
  private static final int IMAGE_PROBES = 3;

  private static final int MOST_NOVELTY_PROBES = 16;

  /** A category that no column knows, or hardly. */
  private static final String UNSEEN = "a category that training never saw";

  private final FitConfig config;
  private final TrainingData data;
  private final DataSplit split;
  private final Detector detector;
  private final TrainedVae trained;

  /**
   * @param detector with its mix, so that it gives scores
   */
  public ManifestAssembly(FitConfig config, TrainingData data, DataSplit split, Detector detector) {
    // Whoever scores reads numbers as this fit did, not by what other data would show.
    this.config = config.withData(config.data().settled(data.numberForms()));
    this.data = data;
    this.split = split;
    this.detector = detector;
    this.trained = detector.trained();
  }

  /** A digest of preprocessing, weights and mix: what makes two models the same. */
  public String modelId(ScoreMix mix) {
    MessageDigest digest = Digest.sha256();
    digest.update(ArtifactJson.write(trained.preprocessor()).getBytes(StandardCharsets.UTF_8));
    digest.update(ArtifactJson.write(mix).getBytes(StandardCharsets.UTF_8));
    for (Map.Entry<String, NamedWeight> weight : trained.weights().entrySet()) {
      digest.update(weight.getKey().getBytes(StandardCharsets.UTF_8));
      ByteBuffer bytes = ByteBuffer.allocate(weight.getValue().values().length * Float.BYTES);
      bytes.asFloatBuffer().put(weight.getValue().values());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
  }

  /**
   * @param heldOut of the calibration rows
   * @param scores of those of them that calibrate
   */
  public Manifest manifest(
      String modelId,
      ScoreMix mix,
      Terms heldOut,
      double[] scores,
      ThresholdFit threshold,
      List<Manifest.HistoryEntry> history,
      List<Manifest.Baseline> baselines,
      Optional<String> parentModelId,
      Manifest.@Nullable Cleaning cleaning) {
    double[] sorted = OrderStatistics.sorted("scores", scores);
    Map<String, Object> settings = ConfigFile.toMap(config.withModel(trained.config()));
    return new Manifest(
        Manifest.FORMAT_VERSION,
        modelId,
        data.schema(),
        new Manifest.ModelSpec(
            trained.config().variant().word(),
            trained.config().members(),
            Optional.ofNullable(trained.config().latent()).orElseThrow(),
            ConfigFile.word(trained.config().latentTerm()),
            new TreeMap<>(settings)),
        new Manifest.Calibration(
            mix,
            OrderStatistics.evenlySpaced(sorted, Manifest.Calibration.MOST_SCORES),
            sorted.length,
            split.isCrossValidated() ? "cross-validated" : "held-out"),
        new Manifest.Thresholds(threshold.threshold(), List.of()),
        reference(heldOut, scores),
        normals(),
        history,
        trained.health(),
        baselines,
        new Manifest.Provenance(
            data.digest(),
            data.files(),
            split.train().length,
            split.validation().length,
            sorted.length,
            data.counts().other(),
            data.counts().unusable(),
            config.seed(),
            ConfigFile.toMap(config),
            Versions.all(),
            parentModelId.orElse(null),
            cleaning,
            List.of(),
            data.counts().looked() < data.counts().read() ? data.counts().read() : null),
        data.series().orElse(null),
        trained.preprocessor() instanceof TablePreprocessor table ? table.scales() : null,
        null,
        data.image().orElse(null));
  }

  /**
   * Some normal rows, some perturbed ones, and some with what training never saw, with what the
   * training engine says of them, and of each category.
   */
  public Probes probes() {
    int each = data.image().isPresent() ? IMAGE_PROBES : PROBES;
    Samples taken = data.taken(sample(split.train(), each, config.seed() + 1));
    int[] some = sample(IntStream.range(0, taken.count()).toArray(), each, config.seed() + 1);
    Samples normals = taken.select(some);
    Samples perturbed = data.perturber(normals).perturb(normals, config.seed());
    Samples drawn = normals.followedBy(List.of(perturbed));
    Samples rows = drawn instanceof Rows of ? of.followedBy(List.of(withNovelties(of))) : drawn;
    Outputs outputs =
        detector.run(
            rows, EnumSet.of(Output.SCORE, Output.RECONSTRUCTION_TERM, Output.LATENT_TERM));
    List<Probes.Probe> probes = new ArrayList<>();
    for (int i = 0; i < rows.count(); i++) {
      probes.add(
          Probes.Probe.of(
              rows,
              i,
              outputs.values(Output.SCORE)[i],
              outputs.values(Output.RECONSTRUCTION_TERM)[i],
              outputs.values(Output.LATENT_TERM)[i]));
    }
    Probes proving = new Probes(probes);
    return rows instanceof Rows
        ? proving
            .firstJudged()
            .map(base -> new Probes(probes, categories(data.schema(), base)))
            .orElse(proving)
        : proving;
  }

  /** What a host must give for each category. */
  private @Nullable CategoryProbes categories(Schema schema, Probes.Probe base) {
    int count = CategoryProbes.count(schema);
    if (count == 0) {
      return null;
    }
    Outputs outputs =
        detector.run(
            CategoryProbes.rows(schema, base, 0, count),
            EnumSet.of(Output.SCORE, Output.RECONSTRUCTION_TERM));
    return new CategoryProbes(
        outputs.values(Output.SCORE), outputs.values(Output.RECONSTRUCTION_TERM));
  }

  /** Drawn rows, each with a novelty in one of the first columns that have any. */
  private static Rows withNovelties(Rows drawn) {
    Schema schema = drawn.schema();
    int[] columns =
        IntStream.range(0, schema.columns().size())
            .filter(j -> schema.columns().get(j).novelty() != null)
            .limit(MOST_NOVELTY_PROBES)
            .toArray();
    Rows rows =
        drawn.select(IntStream.range(0, columns.length).map(i -> i % drawn.count()).toArray());
    float[] numeric = rows.numeric().clone();
    String[] categorical = rows.categorical().clone();
    for (int i = 0; i < columns.length; i++) {
      Column column = schema.columns().get(columns[i]);
      if (columns[i] >= schema.numericCount()) {
        int place = i * schema.categoricalCount() + columns[i] - schema.numericCount();
        categorical[place] = UNSEEN;
        continue;
      }
      int place = i * schema.numericCount() + columns[i];
      Novelty novelty = column.novelty();
      List<Double> limits = novelty == null ? null : novelty.limits();
      double high =
          limits == null ? (Float.isNaN(numeric[place]) ? 0 : numeric[place]) : limits.get(1);
      numeric[place] = RowsBuilder.toFloat(high + Math.max(1, Math.abs(high)) / 2 + 0.25);
    }
    return Rows.of(schema, rows.count(), numeric, categorical);
  }

  private List<Manifest.ReferenceDistribution> reference(Terms heldOut, double[] scores) {
    List<Manifest.ReferenceDistribution> all = new ArrayList<>();
    Rows rows = data.points(split.calibration());
    Schema schema = data.schema();
    for (int j = 0; j < schema.numericCount(); j++) {
      Reservoir reservoir = new Reservoir(RESERVOIR, config.seed() + j);
      for (int i = 0; i < rows.count(); i++) {
        reservoir.add(rows.numeric(i, j));
      }
      all.add(
          new Manifest.ReferenceDistribution(
              schema.columns().get(j).name(), reservoir.sorted(), null, reservoir.missingShare()));
    }
    for (int j = 0; j < schema.categoricalCount(); j++) {
      all.add(categoryShares(rows, schema.categorical(j), j));
    }
    all.add(sampled("reconstruction_term", heldOut.reconstruction()));
    all.add(sampled("latent_term", heldOut.latent()));
    all.add(sampled("score", scores));
    return all;
  }

  private Manifest.ReferenceDistribution sampled(String name, double[] values) {
    Reservoir reservoir = new Reservoir(RESERVOIR, config.seed());
    for (double value : values) {
      reservoir.add((float) value);
    }
    return new Manifest.ReferenceDistribution(name, reservoir.sorted(), null, 0);
  }

  private static Manifest.ReferenceDistribution categoryShares(
      Rows rows, Column column, int index) {
    Map<String, Double> shares = new TreeMap<>();
    int missing = 0;
    for (int i = 0; i < rows.count(); i++) {
      String value = rows.categorical(i, index);
      if (value.isEmpty()) {
        missing++;
      } else {
        shares.merge(value, 1.0 / rows.count(), Double::sum);
      }
    }
    return new Manifest.ReferenceDistribution(
        column.name(), null, shares, (double) missing / rows.count());
  }

  private List<Manifest.ReferenceRow> normals() {
    int[] chosen = sample(split.train(), NORMALS, config.seed());
    Rows rows = data.points(chosen);
    int[] places = data.places(chosen);
    Samples taken = data.taken(chosen);
    float[] codes =
        means(
            detector.run(taken, EnumSet.of(Output.LATENT_MEAN)).values(Output.LATENT_MEAN),
            taken.count(),
            rows.count());
    int latent = codes.length / rows.count();
    return IntStream.range(0, rows.count())
        .mapToObj(
            i ->
                new Manifest.ReferenceRow(
                    places[i],
                    numericOf(rows, i),
                    categoricalOf(rows, i),
                    Arrays.copyOfRange(codes, i * latent, (i + 1) * latent)))
        .toList();
  }

  /**
   * Of each row, the mean over the samples that are taken of it.
   *
   * @param values {@code float[samples * width]}, as many samples of each row
   */
  private static float[] means(float[] values, int samples, int rows) {
    int each = samples / rows;
    int width = values.length / samples;
    float[] means = new float[rows * width];
    for (int i = 0; i < values.length; i++) {
      int sample = i / width;
      means[sample / each * width + i % width] += values[i] / each;
    }
    return means;
  }

  /** At most {@code most} of {@code indices}, ascending. */
  private static int[] sample(int[] indices, int most, long seed) {
    if (indices.length <= most) {
      return indices.clone();
    }
    int[] order = Folds.shuffle(indices.length, seed);
    return IntStream.of(Arrays.copyOf(order, most)).map(i -> indices[i]).sorted().toArray();
  }

  private static float[] numericOf(Rows rows, int row) {
    int width = rows.schema().numericCount();
    return Arrays.copyOfRange(rows.numeric(), row * width, (row + 1) * width);
  }

  private static String[] categoricalOf(Rows rows, int row) {
    int width = rows.schema().categoricalCount();
    return Arrays.copyOfRange(rows.categorical(), row * width, (row + 1) * width);
  }
}
