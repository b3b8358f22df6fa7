/**
 * What a fit of images needs of the engine: the network that images are looked at through, and the
 * look itself, taken once. Start at {@link io.latentry.training.image.ImageLook}.
 */
@NullMarked
package io.latentry.training.image;

import org.jspecify.annotations.NullMarked;
