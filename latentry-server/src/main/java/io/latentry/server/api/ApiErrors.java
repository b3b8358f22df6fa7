package io.latentry.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceErrorHandler;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.core.data.DataException;
import io.latentry.server.door.BrokenJson;
import io.latentry.server.door.BrokenOff;
import io.latentry.server.registry.RegistryException;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.StoreFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in JSON why a request is not answered: {@code {"error": {"status", "message", "fix"}}}. */
final class ApiErrors implements ServiceErrorHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ApiErrors.class);

  /** A queue that is full is worked off in less. */
  private static final int RETRY_AFTER_SECONDS = 1;

  record Document(Reason error) {}

  /**
   * @param fix what to do; null where the message says it
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Reason(int status, String message, @Nullable String fix) {}

  @Override
  public HttpResponse onServiceException(ServiceRequestContext context, Throwable thrown) {
    Throwable cause = rootOf(thrown);
    if (cause instanceof RefusedException refused) {
      return response(refused.refusal(), String.valueOf(refused.getMessage()));
    }
    if (cause instanceof RegistryException store) {
      RefusedException refused = StoreFault.refusal(store, LOG);
      return response(refused.refusal(), String.valueOf(refused.getMessage()));
    }
    if (cause instanceof DataException data) {
      return response(Refusal.BAD_INPUT, String.valueOf(data.getMessage()));
    }
    if (cause instanceof JsonProcessingException broken) {
      Refusal refusal = BrokenJson.refusal(broken);
      return response(
          refusal,
          (refusal == Refusal.TOO_LARGE ? "" : "broken JSON: ")
              + place(broken)
              + BrokenJson.reason(broken));
    }
    boolean tooLarge =
        cause instanceof ContentTooLargeException
            || (cause instanceof HttpStatusException status
                && status.httpStatus().equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE));
    if (tooLarge) {
      return response(
          Refusal.TOO_LARGE,
          "body: too large (expected: at most " + context.maxRequestLength() + " bytes)");
    }
    if (cause instanceof RequestTimeoutException) {
      return context.log().isAvailable(RequestLogProperty.REQUEST_END_TIME)
          ? response(Refusal.DEADLINE, "no answer in time")
          : of(HttpStatus.REQUEST_TIMEOUT, "body: not all of it came in time", null);
    }
    if (cause instanceof HttpStatusException status) {
      return of(status.httpStatus(), status.httpStatus().reasonPhrase(), null);
    }
    if (BrokenOff.is(cause)) {
      // Mostly nobody is there any more to read this.
      return of(HttpStatus.BAD_REQUEST, "the request was broken off", null);
    }
    LOG.error("{} {} failed", context.method(), context.path(), cause);
    return of(
        HttpStatus.INTERNAL_SERVER_ERROR,
        "the service failed",
        "tell its operator; the service's log says why");
  }

  /** What the caller's own fault is among what other code wraps it in. */
  private static Throwable rootOf(Throwable thrown) {
    Throwable cause = Exceptions.peel(thrown);
    while (cause.getCause() != null
        && (cause instanceof CompletionException
            || cause instanceof UncheckedIOException
            || cause.getClass() == IOException.class)) {
      cause = Exceptions.peel(cause.getCause());
    }
    return cause;
  }

  static HttpResponse response(Refusal refusal, String message) {
    return of(HttpStatus.valueOf(refusal.httpStatus()), message, fix(refusal));
  }

  static HttpResponse of(HttpStatus status, String message, @Nullable String fix) {
    byte[] body = ApiJson.bytes(new Document(new Reason(status.code(), message, fix)));
    ResponseHeaders headers =
        status.equals(HttpStatus.TOO_MANY_REQUESTS)
            ? ResponseHeaders.of(
                status,
                HttpHeaderNames.CONTENT_TYPE,
                MediaType.JSON,
                HttpHeaderNames.RETRY_AFTER,
                RETRY_AFTER_SECONDS)
            : ResponseHeaders.of(status, HttpHeaderNames.CONTENT_TYPE, MediaType.JSON);
    return HttpResponse.of(headers, HttpData.wrap(body));
  }

  private static @Nullable String fix(Refusal refusal) {
    return switch (refusal) {
      case UNKNOWN -> "GET /v1/models names every model and its versions";
      case TOO_LARGE ->
          "send it in parts, or rows as text/csv or application/x-ndjson, which are streamed";
      case BUSY -> "try again after the seconds that Retry-After says";
      case NOT_READY -> "GET /v1/models says why; POST /v1/models/NAME/load loads a model";
      case DEADLINE, CALLERS_DEADLINE -> "send fewer rows at once, or try again";
      default -> null;
    };
  }

  private static String place(JsonProcessingException broken) {
    JsonLocation at = broken.getLocation();
    return at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
  }
}
