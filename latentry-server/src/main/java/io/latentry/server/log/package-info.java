/** What the service writes to its log. Start at {@link io.latentry.server.log.EventLog}. */
@NullMarked
package io.latentry.server.log;

import org.jspecify.annotations.NullMarked;
