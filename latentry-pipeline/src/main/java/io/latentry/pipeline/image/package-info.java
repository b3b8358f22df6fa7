/**
 * A pass over images in batches, and pictures of what is strange in them.
 *
 * <p>Start at {@link io.latentry.pipeline.image.ImagePass}: it decodes on several threads while the
 * engine judges. {@link io.latentry.pipeline.image.ModelData} says whether a model and data are of
 * one kind; {@link io.latentry.pipeline.image.HeatFolder} writes heat maps.
 */
@NullMarked
package io.latentry.pipeline.image;

import org.jspecify.annotations.NullMarked;
