package io.latentry.server.registry;

import io.latentry.core.monitoring.FeedbackWord;
import io.latentry.core.monitoring.Incident;
import java.util.Optional;

/**
 * An incident with what people said of it.
 *
 * @param acknowledgedBy who looks after it; empty again once it was reopened
 * @param note in their words; empty if there is none
 * @param maintenance the window of maintenance that was open when it began
 */
public record StoredIncident(
    String model,
    int version,
    Incident incident,
    Optional<String> acknowledgedBy,
    Optional<FeedbackWord> feedback,
    Optional<String> feedbackBy,
    String note,
    Optional<String> maintenance) {}
