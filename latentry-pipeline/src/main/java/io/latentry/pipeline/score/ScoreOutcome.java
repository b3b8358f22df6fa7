package io.latentry.pipeline.score;

import java.util.Map;

/**
 * What a scoring run found.
 *
 * @param reasons rows by the kind of reason for which they could not be judged
 * @param novelties rows by the column that showed what training never saw, whatever the verdict
 */
public record ScoreOutcome(
    long rows,
    long normal,
    long anomalies,
    long unscorable,
    Map<String, Long> reasons,
    Map<String, Long> novelties) {}
