/**
 * The settings of the service, and the YAML file that gives them. Start at {@link
 * io.latentry.server.config.ServerConfig}.
 */
@NullMarked
package io.latentry.server.config;

import org.jspecify.annotations.NullMarked;
