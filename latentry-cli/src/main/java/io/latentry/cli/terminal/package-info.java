/**
 * What every command stands on: options that they share, texts, tables, progress. Start at {@link
 * io.latentry.cli.terminal.CommandOutput}.
 */
@NullMarked
package io.latentry.cli.terminal;

import org.jspecify.annotations.NullMarked;
