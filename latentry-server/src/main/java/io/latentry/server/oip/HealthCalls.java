package io.latentry.server.oip;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

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
    BooleanSupplier ready = ready();
    ServiceRequestContext.current()
        .blockingTaskExecutor()
        .execute(
            () -> {
              observer.onNext(response(status(ready)));
              observer.onCompleted();
            });
  }

  @Override
  public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
    ServiceRequestContext context = ServiceRequestContext.current();
    context.clearRequestTimeout();
    ServerCallStreamObserver<HealthCheckResponse> call =
        (ServerCallStreamObserver<HealthCheckResponse>) observer;
    if (!SERVICES.contains(request.getService())) {
      // The stream stays open, as the protocol asks for: the service might come.
      call.onNext(response(ServingStatus.SERVICE_UNKNOWN));
      return;
    }
    BooleanSupplier ready = ready();
    AtomicReference<ServingStatus> told = new AtomicReference<>();
    ScheduledExecutorService timer = context.blockingTaskExecutor();
    Future<?> watching =
        timer.scheduleWithFixedDelay(
            () -> {
              ServingStatus status = status(ready);
              if (status != told.getAndSet(status) && !call.isCancelled()) {
                call.onNext(response(status));
              }
            },
            0,
            WATCH_SECONDS,
            TimeUnit.SECONDS);
    call.setOnCancelHandler(() -> watching.cancel(false));
  }

  private BooleanSupplier ready() {
    ServiceRequestContext context = ServiceRequestContext.current();
    return () -> !context.config().server().isClosing() && inference.isReady();
  }

  private static ServingStatus status(BooleanSupplier ready) {
    try {
      return ready.getAsBoolean() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    } catch (RuntimeException cannotTell) {
      return ServingStatus.NOT_SERVING;
    }
  }

  private static HealthCheckResponse response(ServingStatus status) {
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }
}
