package io.latentry.server.oip;

/**
 * A tensor of an answer.
 *
 * @param shape in full
 */
record OutputTensor(String name, Datatype datatype, long[] shape, Elements elements) {}
