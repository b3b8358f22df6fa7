/**
 * The command line: one class per command, registered in {@link io.latentry.cli.Commands}.
 *
 * <p>Arguments come in through {@link io.latentry.cli.Latentry}, a command does its work and hands
 * what it found to {@link io.latentry.cli.terminal.CommandOutput}; failures become exit codes in
 * {@link io.latentry.cli.Failure}. Start at {@link io.latentry.cli.Latentry}.
 */
@NullMarked
package io.latentry.cli;

import org.jspecify.annotations.NullMarked;
