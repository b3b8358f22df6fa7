/**
 * What an artifact says of itself: the manifest and the probes, as data.
 *
 * <p>Start at {@link io.latentry.core.artifact.Manifest}; {@link
 * io.latentry.core.artifact.ArtifactJson} is its written form. docs/artifact-format.md describes
 * every field.
 */
@NullMarked
package io.latentry.core.artifact;

import org.jspecify.annotations.NullMarked;
