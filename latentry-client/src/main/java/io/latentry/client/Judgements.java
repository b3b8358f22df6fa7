package io.latentry.client;

import java.util.List;

/**
 * Verdicts on the rows of a request, in their order.
 *
 * @param version that judged
 * @param notices what a person should know of the rows, such as columns that the model lacks
 */
public record Judgements(
    String model, int version, List<Judgement> judgements, List<String> notices) {}
