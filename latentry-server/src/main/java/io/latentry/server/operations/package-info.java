/**
 * What running a service takes beside answering: its config, who may do what, limits, metrics, logs
 * and a shutdown that loses nothing.
 *
 * <p>The flow: {@link io.latentry.server.config.ServerConfigReader} settles a {@link
 * io.latentry.server.config.ServerConfig}; {@link io.latentry.server.operations.Operations} puts it
 * round the doors of one server. Start at {@link io.latentry.server.operations.Operations}.
 */
@NullMarked
package io.latentry.server.operations;

import org.jspecify.annotations.NullMarked;
