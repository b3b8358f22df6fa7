package io.latentry.training.model;

/**
 * How a row is altered: realistic noise, hidden columns, and columns swapped for those of another
 * row, so that each cell still follows its column's distribution.
 *
 * @param noise standard deviation of what is added to real entries, which are standardised
 * @param mask share of columns hidden, which is to say set to 0
 * @param swap share of columns taken from another training row
 * @see <a href="https://arxiv.org/abs/2106.15147">Bahri et al. 2022, SCARF, for the swap</a>
 */
public record Augmentation(double noise, double mask, double swap) {}
