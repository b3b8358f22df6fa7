/**
 * How well images of defects are told from normal ones, against plain methods that see the same.
 *
 * <p>Start at {@link io.latentry.bench.image.ImageBenchmark}: it goes through the sets of a folder
 * ({@code ImageSets}), has our detector learn from the normal images, and lets the rivals ({@code
 * Rivals}) see what it saw ({@code Seen}).
 */
@NullMarked
package io.latentry.bench.image;

import org.jspecify.annotations.NullMarked;
