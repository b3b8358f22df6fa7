package io.latentry.training.image;

/** A way in which a good image may be altered and stay good, which the one who fits must know. */
public enum Alteration {
  /** Left and right change places, in half of the copies. */
  FLIP,
  /** Quarter turns of square images, half turns of others, as many of each kind. */
  TURN,
  /** Moved by up to a sixteenth of each side; the rim is continued. */
  SHIFT,
  /** Brighter or darker by up to a tenth. */
  BRIGHTNESS
}
