/**
 * Large images in overlapping tiles: where they lie, and how what is said of tiles comes to what is
 * said of the image. Start at {@link io.latentry.core.tile.Tiling}.
 */
@NullMarked
package io.latentry.core.tile;

import org.jspecify.annotations.NullMarked;
