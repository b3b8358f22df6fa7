/**
 * A client of the service, on the JDK's HTTP client and Jackson alone. Start at {@link
 * io.latentry.client.LatentryClient}.
 */
@NullMarked
package io.latentry.client;

import org.jspecify.annotations.NullMarked;
