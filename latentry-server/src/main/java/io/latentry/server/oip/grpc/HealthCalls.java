package io.latentry.server.oip.grpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.latentry.server.oip.OpenInference;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * gRPC's health service: the server, which is named by the empty string, and the inference service
 * are serving when the server is ready.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/health-checking.md">its protocol</a>
 */
final class HealthCalls extends HealthGrpc.HealthImplBase {
  private static final Set<String> SERVICES = Set.of("", GRPCInferenceServiceGrpc.SERVICE_NAME);

  /** How soon a watcher learns of a change. */
  private static final long WATCH_SECONDS = 1;

  private final OpenInference inference;

  HealthCalls(OpenInference inference) {
    this.inference = inference;
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
    if (!SERVICES.contains(request.getService())) {
      observer.onError(
          Status.NOT_FOUND
              .withDescription(
                  "service: '" + request.getService() + "' (expected: " + SERVICES + ")")
              .asRuntimeException());
      return;
    }
    ServiceRequestContext.current()
        .blockingTaskExecutor()
        .execute(
            () -> {
              observer.onNext(response(status()));
              observer.onCompleted();
            });
  }

  @Override
  public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
    ServiceRequestContext context = ServiceRequestContext.current();
    context.clearRequestTimeout();
    ServerCallStreamObserver<HealthCheckResponse> call =
        (ServerCallStreamObserver<HealthCheckResponse>) observer;
    // Without it, a word to somebody who has just gone would be an error.
    call.setOnCancelHandler(() -> {});
    boolean known = SERVICES.contains(request.getService());
    // For an unknown service the stream stays open, as the protocol asks for: it might come.
    Supplier<ServingStatus> status = known ? this::status : () -> ServingStatus.SERVICE_UNKNOWN;
    context.blockingTaskExecutor().execute(() -> tell(call, status, context, Optional.empty()));
  }

  /** Tells a watcher what is new to it, now and again, until it goes or the server closes. */
  private static void tell(
      ServerCallStreamObserver<HealthCheckResponse> call,
      Supplier<ServingStatus> status,
      ServiceRequestContext context,
      Optional<ServingStatus> told) {
    if (call.isCancelled()) {
      return;
    }
    // Asked before the status, which then is the last one.
    boolean last = context.config().server().isClosing();
    Optional<ServingStatus> now = Optional.of(status.get());
    if (!now.equals(told)) {
      call.onNext(response(now.get()));
    }
    if (last) {
      // A server that closes waits for open calls.
      call.onCompleted();
      return;
    }
    var unused =
        context
            .blockingTaskExecutor()
            .schedule(() -> tell(call, status, context, now), WATCH_SECONDS, TimeUnit.SECONDS);
  }

  private ServingStatus status() {
    try {
      return inference.isReady() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    } catch (RuntimeException cannotTell) {
      return ServingStatus.NOT_SERVING;
    }
  }

  private static HealthCheckResponse response(ServingStatus status) {
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }
}
