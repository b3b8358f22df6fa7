package io.latentry.server.oip.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.stream.AbortedStreamException;
import com.linecorp.armeria.common.stream.CancelledSubscriptionException;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.server.RequestTimeoutException;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What gRPC is told of a failure; whatever is not INTERNAL is not logged as an error of ours. */
final class GrpcErrorsTest {
  @Test
  void whoWentAwayOrWaitedTooLongIsNoFaultOfOurs() {
    for (Throwable gone :
        List.of(
            ClosedStreamException.get(),
            CancelledSubscriptionException.get(),
            AbortedStreamException.get())) {
      assertThat(GrpcErrors.status(gone).getCode()).isEqualTo(Status.Code.CANCELLED);
      assertThat(GrpcErrors.status(new CompletionException(gone)).getCode())
          .isEqualTo(Status.Code.CANCELLED);
    }
    assertThat(GrpcErrors.status(RequestTimeoutException.get()).getCode())
        .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(GrpcErrors.status(new IllegalStateException("ours")).getCode())
        .isEqualTo(Status.Code.INTERNAL);
  }
}
