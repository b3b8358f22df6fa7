package io.latentry.server.registry;

import java.time.Instant;

/**
 * One thing that was done with a model.
 *
 * @param action such as {@code add}, {@code promote}, {@code roll_back}, {@code threshold}
 * @param by a key's name, or {@code file} for what was found in the folder of models
 * @param detail what a person wants to know of it, in words
 */
public record AuditEntry(
    Instant at, String model, int version, String action, String by, String detail) {}
