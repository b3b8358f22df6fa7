/**
 * Verdicts out of an artifact, on ONNX Runtime alone.
 *
 * <p>The flow: {@link io.latentry.scoring.Scorer} checks a file and opens it, rows go in, {@link
 * io.latentry.scoring.Scores} (what the graph says) and {@link io.latentry.scoring.Judgements}
 * (what that means) come out, by column. Start at {@link io.latentry.scoring.Scorer}.
 */
@NullMarked
package io.latentry.scoring;

import org.jspecify.annotations.NullMarked;
