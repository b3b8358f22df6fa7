package io.latentry.core.verdict;

/**
 * What a point of a window has to do with the verdict on the last of them.
 *
 * @param before how many points before the one that is judged
 * @param share of the score, over all channels
 */
public record Moment(int before, double share) {}
