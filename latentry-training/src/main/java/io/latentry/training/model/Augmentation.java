package io.latentry.training.model;

/**
 * How a sample is altered: realistic noise, hidden features, and features swapped for those of
 * another sample, so that each cell still follows its feature's distribution; of a window also
 * larger or smaller swings of a channel, and a stretch of time that is hidden.
 *
 * @param noise standard deviation of what is added to real entries, which are standardised
 * @param mask share of features hidden, which is to say set to 0
 * @param swap share of features taken from another training sample
 * @param scaling standard deviation of the factor, about 1, that the numbers of a window's channel
 *     are multiplied by; one factor for all points. Rows of a table have neither this nor the next
 * @param timeMask share of a window's points that are hidden, which is one run of them
 * @see <a href="https://arxiv.org/abs/2106.15147">Bahri et al. 2022, SCARF, for the swap</a>
 * @see <a href="https://arxiv.org/abs/1706.00527">Um et al. 2017, for jitter and scaling of
 *     windows</a>
 * @see <a href="https://arxiv.org/abs/1904.08779">Park et al. 2019, section 2, for the time
 *     mask</a>
 */
public record Augmentation(
    double noise, double mask, double swap, double scaling, double timeMask) {}
