/**
 * The latent space of an artifact in two dimensions, to look at.
 *
 * <p>Start at {@link io.latentry.pipeline.map.MapPipeline}, which makes a {@link
 * io.latentry.pipeline.map.LatentMap}; {@link io.latentry.pipeline.map.MapPicture} draws it.
 */
@NullMarked
package io.latentry.pipeline.map;

import org.jspecify.annotations.NullMarked;
