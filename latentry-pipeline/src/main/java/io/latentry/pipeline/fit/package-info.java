/**
 * From a table to a proven artifact.
 *
 * <p>Read, split, train, calibrate, assemble the manifest, export, report. Start at {@link
 * io.latentry.pipeline.fit.FitPipeline}.
 */
@NullMarked
package io.latentry.pipeline.fit;

import org.jspecify.annotations.NullMarked;
