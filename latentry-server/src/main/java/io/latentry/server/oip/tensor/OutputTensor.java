package io.latentry.server.oip.tensor;

/**
 * A tensor of an answer.
 *
 * @param shape in full
 */
public record OutputTensor(String name, Datatype datatype, long[] shape, Elements elements) {}
