/**
 * Models retrained without anybody's doing: when, by a child process that the service never becomes
 * part of, tried in shadow, promoted, and taken back. Start at {@link
 * io.latentry.server.retraining.Retrainer}.
 */
@NullMarked
package io.latentry.server.retraining;

import org.jspecify.annotations.NullMarked;
