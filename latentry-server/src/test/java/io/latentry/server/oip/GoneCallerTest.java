package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import io.latentry.server.oip.proto.ModelInferResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers over gRPC who do not wait for their answer. */
final class GoneCallerTest {
  private static final String ENDED =
      "latentry_requests_total{door=\"grpc\",model=\"golden\",status=\"%s\"}";

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
      await(doors, "latentry_queue_rows{model=\"golden\"}");
      assertThat(call.cancel(true)).isTrue();
      await(doors, ENDED.formatted("cancelled"));

      StatusRuntimeException late =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  doors
                      .grpc(GRPCInferenceServiceBlockingStub.class)
                      .withDeadlineAfter(100, TimeUnit.MILLISECONDS)
                      .modelInfer(doors.grpcRequest()));
      assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      awaitOneOf(doors, ENDED.formatted("deadline_exceeded"), 1, ENDED.formatted("cancelled"), 2);
      assertThat(doors.sample(ENDED.formatted("internal"))).isZero();
    }
  }

  private static void await(EveryDoor doors, String figure) throws InterruptedException {
    awaitOneOf(doors, figure, 1, figure, 1);
  }

  /** Whose clock is first when time is up is open: the caller's, or the server's. */
  private static void awaitOneOf(
      EveryDoor doors, String one, double ofOne, String other, double ofOther)
      throws InterruptedException {
    boolean seen = false;
    for (int look = 0; look < 500 && !seen; look++) {
      Thread.sleep(10);
      seen = doors.sample(one) >= ofOne || doors.sample(other) >= ofOther;
    }
    assertThat(seen).as(doors.http().get("/metrics").aggregate().join().contentUtf8()).isTrue();
  }
}
