/**
 * The service under load, and under requests that nobody meant.
 *
 * <p>{@link io.latentry.load.service.LoadBenchmark} drives the service as a process: a {@link
 * io.latentry.load.service.Workload} says what is asked of a kind of model, a {@link
 * io.latentry.load.service.LoadDoor} sends it, a {@link io.latentry.load.service.LoadPoint} is what
 * came of it. {@link io.latentry.load.service.FuzzBenchmark} sends valid requests with a few bytes
 * changed, and looks at every answer. Start at either.
 */
@NullMarked
package io.latentry.load.service;

import org.jspecify.annotations.NullMarked;
