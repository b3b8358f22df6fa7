package io.latentry.server.oip.grpc;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.TimeoutException;
import com.linecorp.armeria.server.HttpStatusException;
import io.grpc.Status;
import io.latentry.server.door.BrokenOff;
import io.latentry.server.oip.OpenInference;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How failures are told over gRPC. */
final class GrpcErrors {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcErrors.class);

  private GrpcErrors() {}

  static Status status(Throwable failure) {
    Throwable cause = OpenInference.cause(failure);
    if (cause instanceof RefusedException refused) {
      return code(refused.refusal()).withDescription(refused.getMessage());
    }
    if (cause instanceof ContentTooLargeException tooLarge) {
      return tooLarge(tooLarge);
    }
    if (cause instanceof HttpStatusException
        && cause.getCause() instanceof ContentTooLargeException tooLarge) {
      return tooLarge(tooLarge);
    }
    if (cause instanceof TimeoutException) {
      return Status.DEADLINE_EXCEEDED.withDescription("no answer in time");
    }
    if (BrokenOff.is(cause)) {
      // With its cause, by which Armeria knows that nobody is there to be answered.
      return Status.CANCELLED.withDescription("the call was broken off").withCause(cause);
    }
    if (isFrameCutShort(cause)) {
      return Status.INVALID_ARGUMENT.withDescription(
          "request: cut short (expected: one message, as long as the length before it says)");
    }
    Status told = Status.fromThrowable(cause);
    if (told.getCode() != Status.Code.UNKNOWN) {
      return told;
    }
    LOG.error("a call failed", cause);
    return Status.INTERNAL.withDescription("internal error; see the server's log");
  }

  private static Status tooLarge(ContentTooLargeException cause) {
    return Status.RESOURCE_EXHAUSTED.withDescription(
        "message: too large (expected: at most "
            + cause.maxContentLength()
            + " bytes); send fewer rows at a time");
  }

  /** Armeria reads a message without a look at whether all of it is there. */
  private static boolean isFrameCutShort(Throwable cause) {
    return (cause instanceof IndexOutOfBoundsException || cause instanceof IllegalStateException)
        && Arrays.stream(cause.getStackTrace())
            .anyMatch(frame -> frame.getClassName().endsWith(".AbstractMessageDeframer"));
  }

  private static Status code(Refusal refusal) {
    return switch (refusal) {
      case BAD_INPUT, UNSUPPORTED_MEDIA, TOO_LARGE -> Status.INVALID_ARGUMENT;
      case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
      case FORBIDDEN -> Status.PERMISSION_DENIED;
      case UNKNOWN -> Status.NOT_FOUND;
      case CONFLICT -> Status.FAILED_PRECONDITION;
      case BUSY -> Status.RESOURCE_EXHAUSTED;
      case UNSUPPORTED -> Status.UNIMPLEMENTED;
      case NOT_READY -> Status.UNAVAILABLE;
      case DEADLINE -> Status.DEADLINE_EXCEEDED;
    };
  }
}
