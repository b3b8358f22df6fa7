/**
 * What is said of a row: normal, anomaly or unscorable, and why.
 *
 * <p>Start at {@link io.latentry.core.verdict.Judgement}; {@link
 * io.latentry.core.verdict.VerdictFields} has what is told of it.
 */
@NullMarked
package io.latentry.core.verdict;

import org.jspecify.annotations.NullMarked;
