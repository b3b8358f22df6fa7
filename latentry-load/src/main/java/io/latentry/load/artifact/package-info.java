/**
 * Files that are no artifacts, or no good ones: crafted by code, and changed by chance. Each has to
 * be refused with a reason, soon and at little cost, or to give the very scores of the file that it
 * was made of. Start at {@link io.latentry.load.artifact.ArtifactFuzz}.
 */
@NullMarked
package io.latentry.load.artifact;

import org.jspecify.annotations.NullMarked;
