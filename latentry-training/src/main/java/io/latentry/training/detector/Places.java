package io.latentry.training.detector;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.Grid;
import io.latentry.core.preprocessing.PixelMap;
import io.latentry.core.preprocessing.Preprocessor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The places of an image, and how what is said of them comes to what is said of it: an image is as
 * strange as its strangest place.
 *
 * @param pixels the model's vector as an image; null where each place is a vector of its own
 */
record Places(Grid grid, @Nullable PixelMap pixels) {

  /** Those of an image; empty where samples have none. */
  static Optional<Places> of(Preprocessor preprocessor) {
    return preprocessor
        .grid()
        .map(grid -> new Places(grid, null))
        .or(() -> preprocessor.pixels().map(pixels -> new Places(pixels.grid(), pixels)));
  }

  /**
   * What the entries of each place come to.
   *
   * @param byEntry {@code [vectors, entries]}
   * @return {@code [batch * places]}, or {@code [batch, rows, columns]} of the pixels of an image
   */
  <T> T sums(Ops<T> ops, T byEntry) {
    return pixels == null ? ops.sum(byEntry, -1, false) : pixels.byPlace(ops, byEntry);
  }

  /**
   * Of a sample, what the strangest of its places says.
   *
   * @param byPlace as {@link #sums} gives it
   * @return {@code [batch]}
   */
  <T> T ofSample(Ops<T> ops, T byPlace) {
    return grid.greatest(ops, smoothed(ops, byPlace));
  }

  /** Means over three by three places: {@code [batch, rows - 2, columns - 2]}. */
  <T> T smoothed(Ops<T> ops, T byPlace) {
    return pixels == null ? grid.smoothed(ops, byPlace) : grid.smoothedMap(ops, byPlace);
  }

  /** The same of what is said of each vector: of a whole image, that itself. */
  <T> T ofSampleByVector(Ops<T> ops, T byVector) {
    return pixels == null ? ofSample(ops, byVector) : byVector;
  }

  /** What is said of each vector, where the smoothed places are: {@code [batch, rows, columns]}. */
  <T> T smoothedByVector(Ops<T> ops, T byVector) {
    return pixels == null
        ? grid.smoothed(ops, byVector)
        : ops.unsqueeze(ops.unsqueeze(byVector, 1), 2);
  }

  /** Of codes of vectors, one for the sample: {@code [batch, latent]}. */
  <T> T meanCode(Ops<T> ops, T codes, int latent) {
    return pixels == null
        ? ops.mean(ops.reshape(codes, -1, grid.places(), latent), 1, false)
        : codes;
  }
}
