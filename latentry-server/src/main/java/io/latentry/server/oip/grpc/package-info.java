/**
 * The Open Inference Protocol over gRPC. Start at {@link io.latentry.server.oip.grpc.OipGrpcDoor}.
 */
@NullMarked
package io.latentry.server.oip.grpc;

import org.jspecify.annotations.NullMarked;
