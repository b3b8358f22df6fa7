/**
 * The Open Inference Protocol over HTTP. Start at {@link io.latentry.server.oip.rest.OipHttpDoor}.
 */
@NullMarked
package io.latentry.server.oip.rest;

import org.jspecify.annotations.NullMarked;
