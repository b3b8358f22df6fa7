/**
 * The service: artifacts answer over HTTP and gRPC, on one port.
 *
 * <p>The flow: {@link io.latentry.server.LatentryServer} opens a port with some {@link
 * io.latentry.server.door.Door}s, each a protocol; a door reads a request into rows, asks a {@link
 * io.latentry.server.serving.ModelHost} for the model, and writes its verdicts. Start at {@link
 * io.latentry.server.LatentryServer}.
 */
@NullMarked
package io.latentry.server;

import org.jspecify.annotations.NullMarked;
