package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Rows;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TrainingData;
import io.latentry.pipeline.retrain.rows.Feedback;
import io.latentry.pipeline.retrain.rows.RecentRows;
import io.latentry.scoring.Scorer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What differs between a table, series and images when a model of one is retrained. */
interface Kind {

  /**
   * That of the champion.
   *
   * @throws io.latentry.core.artifact.ArtifactException if it cannot be gone on from
   * @throws io.latentry.core.data.DataException if the data are of another kind
   */
  static Kind of(RetrainRequest request, Scorer champion, Progress listener) {
    Manifest manifest = champion.manifest();
    if (manifest.image() != null) {
      return new ImageKind(request, champion, manifest.image(), listener);
    }
    return manifest.series() != null
        ? new SeriesKind(request, champion, listener)
        : new TableKind(request, champion, listener);
  }

  /** The column of the samples' times, where they have one. */
  Optional<String> time();

  /** The column that says what a sample is, where there is one. */
  Optional<String> label();

  /** Its value on normal samples. */
  Optional<String> normal();

  /**
   * The samples that are asked for, or of a table some of them, and what the champion says of them.
   *
   * @param feedback what people said, in a table of their own
   */
  RecentRows read(Feedback feedback);

  /** The champion's, as far as the kind has more to say than the threshold. */
  FitConfig config(FitConfig champion);

  /** Whether copies of earlier samples can be told, and tell something. */
  boolean tellsCopies();

  /** What the champion says of rows that were changed; empty where a sample is more than a row. */
  Optional<Function<Rows, float[]>> judge();

  /** Whether samples that lie apart from all others by their columns are kept from training. */
  boolean isCleaned();

  /** Runs of time, of which each fifth is kept apart. */
  int runs(RecentRows recent, Fate[] fates, int usual);

  /** Marks samples that share something with what is left out, or kept apart. */
  void settle(RecentRows recent, Fate[] fates, boolean[] heldOut);

  /** Of so many samples one counts, since neighbours go together; at least 1. */
  double effect(RecentRows recent, RowChoice choice);

  /** Checks without a meaning here, with the reason as a sentence. */
  Map<String, String> meaningless();

  /** Normals of old. */
  OldNormals old(int recent, FitConfig config);

  TrainingData data(RecentRows recent, RowChoice choice, OldNormals old, FitConfig config);

  /**
   * @param file of the challenger
   */
  Contest contest(
      RecentRows recent,
      RowChoice choice,
      OldNormals old,
      Scorer challenger,
      Path file,
      FitConfig config);
}
