package io.latentry.core.data;

import org.jspecify.annotations.Nullable;

/** Finds the samples that cannot be judged, and says why. Thread-safe. */
public interface Screen {

  /** Why {@code sample} cannot be judged, or null if it can. */
  @Nullable String reasonAgainst(Samples samples, int sample);
}
