/**
 * What every door stands on: limits of bodies, broken callers, refusals. Start at {@link
 * io.latentry.server.door.Door}.
 */
@NullMarked
package io.latentry.server.door;

import org.jspecify.annotations.NullMarked;
