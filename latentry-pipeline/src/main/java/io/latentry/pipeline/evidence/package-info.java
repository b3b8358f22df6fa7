/**
 * What a model is worth, in one pack that anybody with the data can recompute.
 *
 * <p>Start at {@link io.latentry.pipeline.evidence.EvidencePipeline}.
 */
@NullMarked
package io.latentry.pipeline.evidence;

import org.jspecify.annotations.NullMarked;
