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
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Callers over gRPC who do not wait for their answer. */
final class GoneCallerTest {
  /** A run for each of 4,500 rows, so that there is time to go; two such calls may wait. */
  private static final String[] ONE_ROW_A_RUN = {
    "batching.workers", "1", "batching.small_rows", "1", "batching.max_rows", "1"
  };

  @Test
  void aCallerWhoGoesOrRunsOutOfTimeIsNoInternalFault() throws Exception {
    try (EveryDoor doors = new EveryDoor(100, ONE_ROW_A_RUN)) {
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
  void aCallerWhoseConnectionEndsIsNoInternalFault() throws Exception {
    try (EveryDoor doors = new EveryDoor(100, ONE_ROW_A_RUN)) {
      ListenableFuture<ModelInferResponse> call;
      try (Wire wire = Wire.to(doors.port())) {
        call =
            doors
                .grpc(GRPCInferenceServiceFutureStub.class, wire.port())
                .modelInfer(doors.grpcRequest());
        await(() -> doors.sum("latentry_queue_rows", "") > 0);
        assertThat(call.isDone()).isFalse();
      }
      await(() -> ended(doors, "cancelled") == 1);
      assertThat(ended(doors, "internal")).isZero();
    }
  }

  @Test
  void aStreamThatItsCallerCutsOffIsCancelled() throws Exception {
    try (EveryDoor doors = new EveryDoor(1, "shutdown.grace_millis", "1000")) {
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

  /** A connection that can be cut: what comes on a port of its own goes on to another, and back. */
  private record Wire(ServerSocket near, Socket far) implements AutoCloseable {
    static Wire to(int port) throws IOException {
      InetAddress here = InetAddress.getLoopbackAddress();
      Wire wire = new Wire(new ServerSocket(0, 1, here), new Socket(here, port));
      CompletableFuture<Void> unused = CompletableFuture.runAsync(wire::carry);
      return wire;
    }

    int port() {
      return near.getLocalPort();
    }

    private void carry() {
      try (Socket caller = near.accept()) {
        CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> carry(far, caller));
        carry(caller, far);
      } catch (IOException cut) {
        // As it should be.
        return;
      }
    }

    private static void carry(Socket from, Socket to) {
      try {
        long unused = from.getInputStream().transferTo(to.getOutputStream());
      } catch (IOException cut) {
        // As it should be.
        return;
      }
    }

    @Override
    public void close() throws IOException {
      far.close();
      near.close();
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
