package io.latentry.pipeline.export;

/**
 * A learned value as an artifact keeps it.
 *
 * @param values row-major
 * @param shape as trained
 */
public record NamedWeight(float[] values, long[] shape) {}
