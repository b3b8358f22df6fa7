package io.latentry.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What answered from a moment on.
 *
 * @param at in UTC
 * @param version the champion
 * @param digest SHA-256 of its file
 * @param served whether it answered
 * @param threshold in force; null where that is not known
 * @param canary a version that answered {@code canaryPercent} of the requests; null without one
 * @param action what changed it, such as {@code promote}
 * @param evidence SHA-256 of the decision of the retraining that it came of; null if it came
 *     otherwise
 */
public record LedgerEntry(
    long id,
    String at,
    int version,
    String digest,
    boolean served,
    @Nullable Double threshold,
    @Nullable Integer canary,
    @JsonProperty("canary_percent") int canaryPercent,
    String action,
    String by,
    String why,
    @Nullable String evidence) {}
