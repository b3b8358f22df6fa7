/** Latentry in a few lines of Java. Start at {@link io.latentry.Latentry}. */
@NullMarked
package io.latentry;

import org.jspecify.annotations.NullMarked;
