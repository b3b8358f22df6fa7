/**
 * Commands that judge, explain what was judged, and move thresholds. Start at {@link
 * io.latentry.cli.score.ScoreCommand}.
 */
@NullMarked
package io.latentry.cli.score;

import org.jspecify.annotations.NullMarked;
