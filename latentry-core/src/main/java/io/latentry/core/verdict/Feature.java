package io.latentry.core.verdict;

/**
 * One column of a judged row, for people.
 *
 * @param actual the value as read; empty if missing
 * @param expected what the model expects there
 * @param normalRange where 98 % of normal rows lie, or the usual categories
 * @param contribution share of the score; of an artifact that does not split it, nats of the
 *     reconstruction term
 * @param share of the sum of all columns' contributions
 */
public record Feature(
    String name,
    String actual,
    String expected,
    String normalRange,
    double contribution,
    double share) {}
