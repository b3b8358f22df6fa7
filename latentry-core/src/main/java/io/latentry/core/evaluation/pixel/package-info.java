/**
 * How well heat maps show what masks mark, pixel by pixel and region by region. Start at {@link
 * io.latentry.core.evaluation.pixel.PixelEvaluation}.
 */
@NullMarked
package io.latentry.core.evaluation.pixel;

import org.jspecify.annotations.NullMarked;
