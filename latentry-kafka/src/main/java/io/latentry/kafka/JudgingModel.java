package io.latentry.kafka;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Manifest;
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
import java.util.Optional;

/**
 * A model that judges records, shared by all tasks of a process: the same file is opened once,
 * however many topologies have it. Thread-safe.
 */
public final class JudgingModel implements AutoCloseable {
  /** Tasks have a thread each, so an engine needs none of its own. */
  private static final ScorerCache CACHE = new ScorerCache(ScorerOptions.threads(1));

  private final ScorerCache.Lease lease;
  private final Optional<SeriesScorer> series;
  private final FeatureReader features;

  private JudgingModel(ScorerCache.Lease lease) {
    this.lease = lease;
    Manifest manifest = lease.scorer().manifest();
    this.series =
        manifest.series() == null ? Optional.empty() : Optional.of(SeriesScorer.of(lease.scorer()));
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
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (Files.size(file) > ScorerOptions.MOST_FILE_BYTES) {
      throw new ArtifactException(
          "%s: %,d bytes (expected: at most %,d)"
              .formatted(file, Files.size(file), ScorerOptions.MOST_FILE_BYTES));
    }
    ScorerCache.Lease lease;
    try {
      lease = cache.lease(Files.readAllBytes(file));
    } catch (ArtifactException e) {
      throw new ArtifactException(file + ": " + e.getMessage(), e);
    }
    if (lease.scorer().manifest().spec() instanceof ImageSpec) {
      lease.close();
      throw new ArtifactException(
          file
              + ": a model of images (expected: one of rows, or of series); records hold no image");
    }
    return new JudgingModel(lease);
  }

  public Scorer scorer() {
    return lease.scorer();
  }

  public Manifest manifest() {
    return lease.scorer().manifest();
  }

  /** Empty of a model of tables. */
  Optional<SeriesScorer> series() {
    return series;
  }

  FeatureReader features() {
    return features;
  }

  /** Gives the engine back; tasks that have it must have ended. */
  @Override
  public void close() {
    lease.close();
  }
}
