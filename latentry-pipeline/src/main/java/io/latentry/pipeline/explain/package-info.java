/**
 * Why a row is strange: features, what the model expected, and the least change that makes it
 * normal. Start at {@link io.latentry.pipeline.explain.Explainer}.
 */
@NullMarked
package io.latentry.pipeline.explain;

import org.jspecify.annotations.NullMarked;
