/**
 * Commands that clean, repair, group and map. Start at {@link io.latentry.cli.tool.CleanCommand}.
 */
@NullMarked
package io.latentry.cli.tool;

import org.jspecify.annotations.NullMarked;
