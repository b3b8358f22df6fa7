/**
 * Pages for people: what the service does right now with a place to try rows at {@code /}, and the
 * API's documentation at {@code /docs}.
 *
 * <p>They are files that talk to the JSON API from the browser, so nothing here knows a model. All
 * of it comes with the service and works offline. Start at {@link
 * io.latentry.server.page.PageDoor}.
 */
@NullMarked
package io.latentry.server.page;

import org.jspecify.annotations.NullMarked;
