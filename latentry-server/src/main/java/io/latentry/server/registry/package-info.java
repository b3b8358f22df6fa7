/**
 * What the service remembers: versions, champions, thresholds, and who did what.
 *
 * <p>The flow: an {@link io.latentry.server.registry.ArtifactStore} takes a file in under its
 * SHA-256, then one transaction of the {@link io.latentry.server.registry.Registry} points at it.
 * So a row never points at a file that is not whole, whenever the process dies. Start at {@link
 * io.latentry.server.registry.Registry}.
 */
@NullMarked
package io.latentry.server.registry;

import org.jspecify.annotations.NullMarked;
