package io.latentry.core.series;

/** What becomes of a key when points are missing between two of its own. */
public enum GapPolicy {
  /** It warms up anew: no window holds a gap. */
  RESTART,
  /** The gap is as if it were not: the next point follows the last one. */
  HOLD,
  /** The missing points are put in, without values: the model imputes them. */
  FILL
}
