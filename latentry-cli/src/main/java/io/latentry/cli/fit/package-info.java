/**
 * Commands that train, and those that say beforehand what training would do. Start at {@link
 * io.latentry.cli.fit.FitCommand}.
 */
@NullMarked
package io.latentry.cli.fit;

import org.jspecify.annotations.NullMarked;
