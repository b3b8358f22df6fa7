package io.latentry.core.data;

import org.jspecify.annotations.Nullable;

/** Finds the samples that cannot be judged, and says why. Thread-safe. */
public interface Screen {

  /** Why {@code sample} cannot be judged, or null if it can. */
  @Nullable String reasonAgainst(Samples samples, int sample);

  /** Whether a sample that cannot be judged has any part that can, and that may be strange. */
  boolean judgesRest(Samples samples, int sample);

  /** What training never saw in {@code sample}; null if it saw all of it. */
  @Nullable NovelValues novelties(Samples samples, int sample);

  /**
   * Which numbers lie well beyond those of training, in words, though not so far that they are
   * novelties: what to tell of an anomaly that is none by them. Null if none does.
   */
  default @Nullable String beyond(Samples samples, int sample) {
    return null;
  }
}
