/** What a job that judges series keeps of each key between its runs. */
@NullMarked
package io.latentry.scoring.series;

import org.jspecify.annotations.NullMarked;
