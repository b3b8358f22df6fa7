package io.latentry.server.oip.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.TimeoutException;
import com.linecorp.armeria.server.HttpStatusException;
import io.grpc.Status;
import io.latentry.server.door.BrokenOff;
import io.latentry.server.oip.OpenInference;
import io.latentry.server.registry.RegistryException;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.StoreFault;
import java.io.EOFException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How failures are told over gRPC. */
final class GrpcErrors {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcErrors.class);

  /** As Armeria tells that a message, packed or not, is larger than may be. */
  private static final Pattern TOO_LARGE = Pattern.compile("exceeds maximum[a-z ]*: ([0-9]+)");

  /** As Armeria and gRPC tell, as an internal error, what a caller got wrong. */
  private static final List<String> NOT_ONE_MESSAGE =
      List.of(
          "Invalid protobuf byte sequence",
          "More than one request message",
          "Half-closed without a request",
          "Too many requests");

  /** Of frames, and of the packing that gRPC in browsers has round them. */
  private static final Pattern READERS =
      Pattern.compile("\\.(AbstractMessageDeframer|Base64Decoder)$");

  /** The reading itself; what is called from there is another matter. */
  private static final int DEEPEST_FRAME = 12;

  private GrpcErrors() {}

  static Status status(Throwable failure) {
    Throwable cause = OpenInference.cause(failure);
    if (cause instanceof RefusedException refused) {
      return code(refused.refusal()).withDescription(refused.getMessage());
    }
    if (cause instanceof RegistryException store) {
      return status(StoreFault.refusal(store, LOG));
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
    Matcher limit = TOO_LARGE.matcher(String.valueOf(cause.getMessage()));
    if (limit.find()) {
      return tooLarge(limit.group(1));
    }
    if (isOfFrames(cause)) {
      return Status.INVALID_ARGUMENT.withDescription(
          "request: cut short or packed wrongly (expected: one message, as long as the length"
              + " before it says, packed as grpc-encoding says if its flag is set)");
    }
    Status told = Status.fromThrowable(cause);
    if (told.getCode() == Status.Code.INTERNAL
        && NOT_ONE_MESSAGE.stream().anyMatch(String.valueOf(told.getDescription())::contains)) {
      return Status.INVALID_ARGUMENT.withDescription(
          "request: " + told.getDescription() + " (expected: one well-formed message)");
    }
    if (told.getCode() != Status.Code.UNKNOWN && told.getCode() != Status.Code.INTERNAL) {
      return told;
    }
    LOG.error("a call failed", cause);
    return Status.INTERNAL.withDescription("internal error; see the server's log");
  }

  private static Status tooLarge(ContentTooLargeException cause) {
    return tooLarge(Long.toString(cause.maxContentLength()));
  }

  private static Status tooLarge(String most) {
    return Status.RESOURCE_EXHAUSTED.withDescription(
        "message: too large (expected: at most " + most + " bytes); send fewer rows at a time");
  }

  /**
   * Whether it is about how messages are cut and packed. Armeria reads one without a look at
   * whether all of it is there.
   */
  private static boolean isOfFrames(Throwable cause) {
    return cause instanceof ZipException
        || cause instanceof EOFException
        || cause instanceof InvalidProtocolBufferException
        || Arrays.stream(cause.getStackTrace())
            .limit(DEEPEST_FRAME)
            .anyMatch(frame -> READERS.matcher(frame.getClassName()).find());
  }

  private static Status code(Refusal refusal) {
    return switch (refusal) {
      case BAD_INPUT, NOT_ACCEPTABLE, UNSUPPORTED_MEDIA, TOO_LARGE -> Status.INVALID_ARGUMENT;
      case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
      case FORBIDDEN -> Status.PERMISSION_DENIED;
      case UNKNOWN -> Status.NOT_FOUND;
      case CONFLICT -> Status.FAILED_PRECONDITION;
      case BUSY, NO_ROOM -> Status.RESOURCE_EXHAUSTED;
      case UNSUPPORTED -> Status.UNIMPLEMENTED;
      case NOT_READY -> Status.UNAVAILABLE;
      case DEADLINE, CALLERS_DEADLINE -> Status.DEADLINE_EXCEEDED;
    };
  }
}
