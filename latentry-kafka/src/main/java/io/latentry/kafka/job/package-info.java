/**
 * The topology as a process: its settings, what it needs of the broker before it begins, what it
 * tells of itself. Start at {@link io.latentry.kafka.job.StreamJob}.
 */
@NullMarked
package io.latentry.kafka.job;

import org.jspecify.annotations.NullMarked;
