package io.latentry.server.oip.grpc;

import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.latentry.server.door.Door;
import io.latentry.server.oip.OpenInference;

/**
 * The Open Inference Protocol over gRPC, with Triton's additions, gRPC's health service and server
 * reflection.
 *
 * @see <a
 *     href="https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_grpc.md">the
 *     specification</a>
 */
public final class OipGrpcDoor implements Door {
  private final OpenInference inference;

  public OipGrpcDoor(OpenInference inference) {
    this.inference = inference;
  }

  @Override
  public void openOn(ServerBuilder server) {
    server.service(
        GrpcService.builder()
            .addService(new InferenceCalls(inference))
            .addService(new HealthCalls(inference))
            .addService(ProtoReflectionServiceV1.newInstance())
            .intercept(LongCall.ofReflection())
            .exceptionHandler((context, status, cause, metadata) -> GrpcErrors.status(cause))
            .build(),
        MetadataGuard::new);
  }
}
