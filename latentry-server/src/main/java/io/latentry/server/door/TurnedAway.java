package io.latentry.server.door;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.TimeoutException;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpResponseException;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.StatusRuntimeException;
import io.latentry.server.config.LogLevel;
import io.latentry.server.log.EventLog;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says why a request does not reach its door, as that door would: an object under {@code error} for
 * the JSON API, a text there for the Open Inference Protocol, a status in the trailers for gRPC.
 */
public final class TurnedAway implements ServerErrorHandler {
  private static final int FRAMES_TOLD = 12;

  private static final int GRPC_INVALID_ARGUMENT = 3;
  private static final int GRPC_DEADLINE_EXCEEDED = 4;
  private static final int GRPC_PERMISSION_DENIED = 7;
  private static final int GRPC_RESOURCE_EXHAUSTED = 8;
  private static final int GRPC_UNIMPLEMENTED = 12;
  private static final int GRPC_INTERNAL = 13;
  private static final int GRPC_UNAVAILABLE = 14;
  private static final int GRPC_UNAUTHENTICATED = 16;

  private final EventLog log;

  public TurnedAway(EventLog log) {
    this.log = log;
  }

  public static HttpResponse refuse(
      ServiceRequestContext context, HttpStatus status, String message) {
    RequestHeaders request = context.request().headers();
    if (isGrpc(request)) {
      return HttpResponse.of(grpcHeaders(grpcStatus(status), message));
    }
    return response(request.path(), status, message).toHttpResponse();
  }

  /**
   * An answer to a request of which not all is there yet: an error ends the connection, since who
   * is refused could go on sending for ever, and says that it does.
   */
  public static HttpResponse saysThatItHangsUp(
      ServiceRequestContext context, HttpResponse response) {
    return response.mapHeaders(
        headers ->
            hangsUp(context, headers.status())
                ? headers.toBuilder().set(HttpHeaderNames.CONNECTION, "close").build()
                : headers);
  }

  private static boolean hangsUp(ServiceRequestContext context, HttpStatus status) {
    return status.isError()
        && !context.sessionProtocol().isMultiplex()
        && !context.log().isAvailable(RequestLogProperty.REQUEST_END_TIME);
  }

  public static boolean isGrpc(RequestHeaders request) {
    return request.get(HttpHeaderNames.CONTENT_TYPE, "").startsWith("application/grpc");
  }

  /** Leaves the answer to Armeria; what is a fault of ours is told to the operator. */
  @Override
  public @Nullable HttpResponse onServiceException(
      ServiceRequestContext context, Throwable thrown) {
    Throwable cause = Exceptions.peel(thrown);
    boolean ordinary =
        cause instanceof HttpStatusException
            || cause instanceof HttpResponseException
            || cause instanceof TimeoutException
            || cause instanceof ContentTooLargeException
            || BrokenOff.is(cause);
    if (!ordinary) {
      // Without the message, which may quote what was sent.
      log.write(
          LogLevel.ERROR,
          "internal_error",
          line -> {
            line.put("route", context.config().route().patternString());
            line.put("error", cause.getClass().getName());
            ArrayNode frames = line.putArray("at_code");
            Stream.of(cause.getStackTrace())
                .limit(FRAMES_TOLD)
                .forEach(frame -> frames.add(frame.toString()));
          });
    }
    return null;
  }

  /** What Armeria itself refuses: no such path, too large, too late, not HTTP. */
  @Override
  public AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext context,
      ServiceConfig config,
      @Nullable RequestHeaders request,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    if (context == null
        && (status.equals(HttpStatus.INTERNAL_SERVER_ERROR)
            || "Decoder failure".equals(description))) {
      // Armeria could not read the head of the request, or was not to.
      return response(
          "",
          HttpStatus.BAD_REQUEST,
          "request: no well-formed HTTP (expected: HTTP/1.1 as RFC 9112 has it: one Host, a"
              + " Content-Length or a Transfer-Encoding of chunked, no folded lines)");
    }
    String message = message(config, request, status, description);
    if (request != null && isGrpc(request)) {
      return AggregatedHttpResponse.of(grpcHeaders(grpcStatus(status, cause), message));
    }
    AggregatedHttpResponse response =
        response(request == null ? "" : request.path(), status, message);
    return context != null && hangsUp(context, status)
        ? AggregatedHttpResponse.of(
            response.headers().toBuilder().set(HttpHeaderNames.CONNECTION, "close").build(),
            response.content())
        : response;
  }

  private static String message(
      ServiceConfig config,
      @Nullable RequestHeaders request,
      HttpStatus status,
      @Nullable String description) {
    if (status.equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE)) {
      return "body: too large (expected: at most " + config.maxRequestLength() + " bytes)";
    }
    if (status.equals(HttpStatus.NOT_FOUND) && request != null && isGrpc(request)) {
      return request.path() + ": not implemented (expected: a call that server reflection lists)";
    }
    return description == null ? status.reasonPhrase() : description;
  }

  private static AggregatedHttpResponse response(String path, HttpStatus status, String message) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    if (path.startsWith("/v1/")) {
      document.putObject("error").put("status", status.code()).put("message", message);
    } else {
      document.put("error", message);
    }
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(status).contentType(MediaType.JSON_UTF_8);
    if (status.equals(HttpStatus.UNAUTHORIZED)) {
      headers.add(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"latentry\"");
    }
    return AggregatedHttpResponse.of(
        headers.build(), HttpData.ofUtf8(status.isContentAlwaysEmpty() ? "" : document.toString()));
  }

  /** What goes wrong in gRPC is status 200 with the reason behind it; here it is all there is. */
  private static ResponseHeaders grpcHeaders(int grpcStatus, String message) {
    return ResponseHeaders.builder(HttpStatus.OK)
        .add(HttpHeaderNames.CONTENT_TYPE, "application/grpc")
        .addInt("grpc-status", grpcStatus)
        .add("grpc-message", percentEncoded(message))
        .endOfStream(true)
        .build();
  }

  /** As the door said already, if it was the door that ended it. */
  private static int grpcStatus(HttpStatus status, @Nullable Throwable cause) {
    return cause instanceof StatusRuntimeException ended
        ? ended.getStatus().getCode().value()
        : grpcStatus(status);
  }

  private static int grpcStatus(HttpStatus status) {
    return switch (status.code()) {
      case 401 -> GRPC_UNAUTHENTICATED;
      case 403, 421 -> GRPC_PERMISSION_DENIED;
      case 404, 405, 415 -> GRPC_UNIMPLEMENTED;
      case 408, 504 -> GRPC_DEADLINE_EXCEEDED;
      case 413 -> GRPC_RESOURCE_EXHAUSTED;
      case 400 -> GRPC_INVALID_ARGUMENT;
      case 500 -> GRPC_INTERNAL;
      default -> GRPC_UNAVAILABLE;
    };
  }

  private static String percentEncoded(String message) {
    return URLEncoder.encode(message, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
