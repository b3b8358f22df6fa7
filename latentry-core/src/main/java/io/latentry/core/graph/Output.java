package io.latentry.core.graph;

import java.util.Locale;

/** The outputs of a detector's graph, by the names that they have in the artifact. */
public enum Output {
  /**
   * {@code float32[batch]}: the calibrated mix of both terms; NaN when the row cannot be judged.
   */
  SCORE,
  /** {@code float32[batch]}, nats. */
  RECONSTRUCTION_TERM,
  /** {@code float32[batch]}, nats. */
  LATENT_TERM,
  /**
   * {@code float32[batch, columns]}, nats, in schema order: each column's share of the
   * reconstruction term.
   */
  CONTRIBUTION,
  /** {@code float32[batch, columns]}, in schema order: each column's share of the score. */
  SCORE_CONTRIBUTION,
  /**
   * {@code float32[batch, columns]}, nats, in schema order: how surprising it is that a column's
   * value is of a kind that it never was in training; 0 where it is of none.
   */
  NOVELTY,
  /**
   * {@code float32[batch]}: the score with every cell imputed that makes the row unscorable; the
   * score itself of any other row. A row that cannot be judged, and is an anomaly by this, is one
   * by what can be read of it.
   */
  SCORE_IMPUTED,
  /** {@code float32[batch, numericColumns]}: what the model expects, in the columns' own units. */
  RECONSTRUCTION,
  /** {@code string[batch, categoricalColumns]}: the category that the model expects. */
  RECONSTRUCTION_CATEGORICAL,
  /** {@code float32[batch, latent]}: the posterior means of the first member. */
  LATENT_MEAN,
  /**
   * {@code float32[batch, height, width]}, of images: the score that an image would have if its
   * strangest place were as strange as this one. None is above the score; the greatest is about it.
   */
  HEAT_MAP;

  private final String graphName = name().toLowerCase(Locale.ROOT);

  /** The name in the ONNX graph, such as {@code reconstruction_term}. */
  public String graphName() {
    return graphName;
  }
}
