package io.latentry.core.data;

/** A column of the training data that no model input was made of, and why. */
public record LeftOutColumn(String name, ColumnType type, String reason) {}
