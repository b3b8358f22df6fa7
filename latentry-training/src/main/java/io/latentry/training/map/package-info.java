/**
 * Maps of many-dimensional points in two dimensions, and how far a map can be trusted.
 *
 * <p>{@link io.latentry.training.map.Tsne} and {@link io.latentry.training.map.Umap} make one,
 * {@link io.latentry.training.map.MapQuality} judges it.
 */
@NullMarked
package io.latentry.training.map;

import org.jspecify.annotations.NullMarked;
