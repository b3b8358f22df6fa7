package io.latentry.client;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What was said of a recorded row, and by which version.
 *
 * @param at when it came, in UTC
 * @param digest the first eight digits of the SHA-256 of the version's file
 * @param score empty if there is none; likewise {@code pValue}
 * @param threshold that was in force
 */
public record JudgedRow(
    String at,
    int version,
    String digest,
    String verdict,
    String reason,
    String score,
    @JsonProperty("p_value") String pValue,
    String threshold) {}
