/** What went wrong, as people read it. Start at {@link io.latentry.core.fault.FaultWords}. */
@NullMarked
package io.latentry.core.fault;

import org.jspecify.annotations.NullMarked;
