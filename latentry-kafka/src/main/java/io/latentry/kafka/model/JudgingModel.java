package io.latentry.kafka.model;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.ImageSpec;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerCache;
import io.latentry.scoring.ScorerOptions;
import io.latentry.scoring.SeriesScorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A model that judges records, shared by all tasks of a process: the same file is opened once,
 * however many topologies have it. Thread-safe.
 */
public final class JudgingModel implements AutoCloseable {
  /** Tasks have a thread each, so an engine needs none of its own. */
  private static final ScorerCache CACHE = new ScorerCache(ScorerOptions.threads(1));

  private final Scorer scorer;
  private final Runnable givingBack;
  private final Optional<RemoteEngine> remote;
  private final Optional<SeriesScorer> series;
  private final FeatureReader features;
  private final Threshold threshold;
  private final ModelName name;

  private JudgingModel(
      Scorer scorer,
      Runnable givingBack,
      Optional<RemoteEngine> remote,
      ModelName name,
      Threshold threshold) {
    this.scorer = scorer;
    this.givingBack = givingBack;
    this.remote = remote;
    this.name = name;
    this.threshold = threshold;
    Manifest manifest = scorer.manifest();
    this.series =
        manifest.series() == null ? Optional.empty() : Optional.of(SeriesScorer.of(scorer));
    this.features = new FeatureReader(manifest);
  }

  /**
   * Opens an artifact: its bytes are checked, its probes are replayed.
   *
   * @throws ArtifactException if it is none, or one of images, which no record holds
   * @throws IOException if the file cannot be read
   */
  public static JudgingModel open(Path file) throws IOException {
    return open(file, CACHE);
  }

  /** As {@link #open(Path)}, with options of one's own for what it opens. */
  public static JudgingModel open(Path file, ScorerCache cache) throws IOException {
    byte[] artifact = read(file);
    return open(file, artifact, digest(artifact), cache, Optional.empty());
  }

  /**
   * Opens the artifact that a decision names.
   *
   * @param folder that it is in
   * @throws ArtifactException if it is none, one of images, or another than the decision's
   * @throws IOException if the file cannot be read
   */
  public static JudgingModel open(Path folder, ModelDecision decision, ScorerCache cache)
      throws IOException {
    Path file = folder.resolve(decision.file());
    byte[] artifact = read(file);
    String digest = digest(artifact);
    if (!digest.equals(decision.digest())) {
      throw new ArtifactException(
          "%s: digest %s (expected: %s, as the decision says)"
              .formatted(file, digest, decision.digest()));
    }
    return open(file, artifact, digest, cache, Optional.of(decision));
  }

  /**
   * Opens an artifact whose scores a server gives: what records are read as, states, p-values and
   * the threshold are the file's. The server proves by the file's probes that it has the model.
   *
   * @throws ArtifactException if it is none, or one of images, or the server has another model
   * @throws IOException if the file cannot be read
   * @throws IllegalStateException if the server refuses what it is asked
   */
  public static JudgingModel open(Path file, ScorerOptions options, RemoteEngine remote)
      throws IOException {
    byte[] artifact = read(file);
    Scorer scorer;
    try {
      scorer = Scorer.openElsewhere(artifact, options, remote);
    } catch (ArtifactException e) {
      throw new ArtifactException(file + ", as the server has it: " + e.getMessage(), e);
    }
    Manifest manifest = scorer.manifest();
    remote.begin();
    return new JudgingModel(
        scorer,
        scorer::close,
        Optional.of(remote),
        new ModelName(manifest.modelId(), digest(artifact), Optional.empty(), OptionalInt.empty()),
        manifest.threshold().current());
  }

  private static ArtifactException ofImages(Path file) {
    return new ArtifactException(
        file + ": a model of images (expected: one of rows, or of series); records hold no image");
  }

  private static byte[] read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (Files.size(file) > ScorerOptions.MOST_FILE_BYTES) {
      throw new ArtifactException(
          "%s: %,d bytes (expected: at most %,d)"
              .formatted(file, Files.size(file), ScorerOptions.MOST_FILE_BYTES));
    }
    return Files.readAllBytes(file);
  }

  private static String digest(byte[] artifact) {
    return HexFormat.of().formatHex(Digest.sha256().digest(artifact));
  }

  private static JudgingModel open(
      Path file,
      byte[] artifact,
      String digest,
      ScorerCache cache,
      Optional<ModelDecision> decision)
      throws IOException {
    ScorerCache.Lease lease;
    try {
      lease = cache.lease(artifact);
    } catch (ArtifactException e) {
      throw new ArtifactException(file + ": " + e.getMessage(), e);
    }
    try {
      return of(lease, file, digest, decision);
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private static JudgingModel of(
      ScorerCache.Lease lease, Path file, String digest, Optional<ModelDecision> decision) {
    Manifest manifest = lease.scorer().manifest();
    if (manifest.spec() instanceof ImageSpec) {
      throw ofImages(file);
    }
    OptionalDouble moved = decision.map(ModelDecision::threshold).orElse(OptionalDouble.empty());
    Threshold threshold =
        moved.isPresent()
            ? manifest
                .calibration()
                .sample()
                .thresholdAt(moved.getAsDouble(), manifest.modelId(), "control topic")
            : manifest.threshold().current();
    return new JudgingModel(
        lease.scorer(),
        lease::close,
        Optional.empty(),
        new ModelName(
            manifest.modelId(),
            digest,
            decision.flatMap(ModelDecision::name),
            decision.map(ModelDecision::version).orElse(OptionalInt.empty())),
        threshold);
  }

  public Scorer scorer() {
    return scorer;
  }

  public Manifest manifest() {
    return scorer.manifest();
  }

  /** The server that gives its scores; empty where an engine here does. */
  public Optional<RemoteEngine> remote() {
    return remote;
  }

  /** Which one it is, as verdicts tell it. */
  public ModelName name() {
    return name;
  }

  /** The threshold in force: the model's own, or the decision's, which is one of all rows. */
  public Threshold threshold() {
    return threshold;
  }

  /** Empty of a model of tables. */
  public Optional<SeriesScorer> series() {
    return series;
  }

  /** Of explanations. */
  public FeatureReader features() {
    return features;
  }

  /** Gives the engine back; tasks that have it must have ended. */
  @Override
  public void close() {
    givingBack.run();
  }
}
