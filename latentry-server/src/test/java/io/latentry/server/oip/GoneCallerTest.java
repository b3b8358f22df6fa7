package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelInferResponse;
import io.latentry.server.oip.proto.ModelStreamInferResponse;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers over gRPC who do not wait for their answer. */
final class GoneCallerTest {
  @TempDir private Path folder;

  @Test
  void aCallerWhoGoesOrRunsOutOfTimeIsNoInternalFault() throws Exception {
    // A run for each of 4,500 rows, so that there is time to go; two such calls may wait.
    try (EveryDoor doors =
        new EveryDoor(
            folder,
            100,
            "batching.workers",
            "1",
            "batching.small_rows",
            "1",
            "batching.max_rows",
            "1")) {
      ListenableFuture<ModelInferResponse> call =
          doors.grpc(GRPCInferenceServiceFutureStub.class).modelInfer(doors.grpcRequest());
      await(() -> doors.sum("latentry_queue_rows", "") > 0);
      assertThat(call.cancel(true)).isTrue();
      await(() -> ended(doors, "cancelled") == 1);

      StatusRuntimeException late =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  doors
                      .grpc(GRPCInferenceServiceBlockingStub.class)
                      .withDeadlineAfter(100, TimeUnit.MILLISECONDS)
                      .modelInfer(doors.grpcRequest()));
      assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      // Whose clock is first when time is up is open: the caller's, who goes, or the server's.
      await(() -> ended(doors, "deadline_exceeded") + ended(doors, "cancelled") == 2);
      assertThat(ended(doors, "internal")).isZero();
    }
  }

  @Test
  void aStreamThatItsCallerCutsOffIsCancelled() throws Exception {
    try (EveryDoor doors = new EveryDoor(folder, 1, "shutdown.grace_millis", "1000")) {
      CountDownLatch answered = new CountDownLatch(1);
      var stream =
          (ClientCallStreamObserver<ModelInferRequest>)
              doors
                  .grpc(GRPCInferenceServiceStub.class)
                  .modelStreamInfer(
                      new StreamObserver<>() {
                        @Override
                        public void onNext(ModelStreamInferResponse answer) {
                          answered.countDown();
                        }

                        @Override
                        public void onError(Throwable failure) {}

                        @Override
                        public void onCompleted() {}
                      });
      stream.onNext(doors.grpcRequest());
      assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
      stream.cancel("enough", null);
      await(() -> ended(doors, "cancelled") == 1);
    }
  }

  private static double ended(EveryDoor doors, String status) {
    return doors.sum("latentry_requests_total{door=\"grpc\"", "status=\"" + status + "\"}");
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    for (int look = 0; look < 500 && !condition.getAsBoolean(); look++) {
      Thread.sleep(10);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }
}
