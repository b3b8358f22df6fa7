/** Who calls, and what they may do. Start at {@link io.latentry.server.access.Authentication}. */
@NullMarked
package io.latentry.server.access;

import org.jspecify.annotations.NullMarked;
