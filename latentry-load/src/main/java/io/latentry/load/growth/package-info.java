/**
 * How costs grow with the size of what is worked on: {@link io.latentry.load.growth.Curve}s of time
 * and memory, drawn by {@link io.latentry.load.growth.Plot} and told by {@link
 * io.latentry.load.growth.Page}. Start at {@link io.latentry.load.growth.Part}.
 */
@NullMarked
package io.latentry.load.growth;

import org.jspecify.annotations.NullMarked;
