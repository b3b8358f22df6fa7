/**
 * The rows and scores that the service gave verdicts on, kept as Parquet where it is told to. Start
 * at {@link io.latentry.server.recording.RowRecorder}; {@link
 * io.latentry.server.recording.RowFiles} has the files.
 */
@NullMarked
package io.latentry.server.recording;

import org.jspecify.annotations.NullMarked;
