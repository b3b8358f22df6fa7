package io.latentry.load.service;

import com.linecorp.armeria.client.ResponseTimeoutException;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import com.linecorp.armeria.common.util.Exceptions;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Sends requests to a service, and says what is wrong with an answer. Thread-safe. */
final class FuzzTarget {
  private static final int REPOSITORY_CLOSED = 503;

  /** The fault of a request that takes longer than its limit. */
  static final String HANGS = "neither answered nor closed in time";

  private final int port;
  private final Duration limit;
  private final WebClient http;
  private final WebClient grpc;

  /**
   * @param limit after which a request counts as hanging
   */
  FuzzTarget(int port, Duration limit) {
    this.port = port;
    this.limit = limit;
    this.http = WebClient.builder("h1c://127.0.0.1:" + port).responseTimeout(limit).build();
    this.grpc = WebClient.builder("h2c://127.0.0.1:" + port).responseTimeout(limit).build();
  }

  /** What is wrong, or nothing. */
  Optional<String> violation(FuzzRequest request) {
    return switch (request.kind()) {
      case HTTP -> overHttp(request);
      case GRPC -> overGrpc(request);
      case SOCKET -> overSocket(request);
    };
  }

  /**
   * Why a request is not accepted that should be, or nothing. What a model's state forbids is
   * understood, and so accepted.
   */
  Optional<String> refusal(FuzzRequest valid) {
    boolean isCall = valid.kind() == FuzzRequest.Kind.GRPC;
    AggregatedHttpResponse answer = send(isCall ? grpc : http, valid);
    String status = answer.status().codeAsText();
    String body = answer.contentUtf8();
    if (isCall) {
      status = answer.trailers().get("grpc-status", answer.headers().get("grpc-status", status));
    }
    boolean accepted = isCall ? status.equals("0") : status.matches("2..|409");
    return accepted && !body.contains("unscorable")
        ? Optional.empty()
        : Optional.of("refused: status " + status + ": " + body);
  }

  private Optional<String> overHttp(FuzzRequest request) {
    try {
      AggregatedHttpResponse answer = send(http, request);
      return ofStatus(answer.status().code(), request.target(), answer.contentUtf8());
    } catch (RuntimeException failure) {
      return ofFailure(failure);
    }
  }

  private Optional<String> overGrpc(FuzzRequest request) {
    try {
      AggregatedHttpResponse answer = send(grpc, request);
      String code = answer.trailers().get("grpc-status", answer.headers().get("grpc-status", ""));
      String message =
          answer.trailers().get("grpc-message", answer.headers().get("grpc-message", ""));
      if (code.isEmpty()) {
        return ofStatus(answer.status().code(), request.target(), answer.contentUtf8());
      }
      return switch (Status.fromCodeValue(Integer.parseInt(code)).getCode()) {
        // gRPC's own code for frames and messages that cannot be read is INTERNAL too.
        case INTERNAL ->
            message.contains("internal") ? Optional.of("INTERNAL: " + message) : Optional.empty();
        case UNKNOWN, UNAVAILABLE, DATA_LOSS, DEADLINE_EXCEEDED ->
            Optional.of("grpc-status " + code + ": " + message);
        default -> Optional.empty();
      };
    } catch (RuntimeException failure) {
      return ofFailure(failure);
    }
  }

  private static AggregatedHttpResponse send(WebClient client, FuzzRequest request) {
    RequestHeadersBuilder headers =
        RequestHeaders.builder(HttpMethod.valueOf(request.method()), request.target());
    request.headers().forEach(headers::set);
    return client
        .execute(HttpRequest.of(headers.build(), HttpData.wrap(request.body())))
        .aggregate()
        .join();
  }

  /** A service that breaks an answer off has said why in its log, which is looked at as well. */
  private static Optional<String> ofFailure(RuntimeException failure) {
    Throwable cause = failure instanceof CompletionException ? Exceptions.peel(failure) : failure;
    return cause instanceof ResponseTimeoutException ? Optional.of(HANGS) : Optional.empty();
  }

  private static Optional<String> ofStatus(int status, String target, String body) {
    boolean ours =
        status >= 500 && !(status == REPOSITORY_CLOSED && target.contains(FuzzRequests.SPARE));
    return ours ? Optional.of("status " + status + ": " + body) : Optional.empty();
  }

  private Optional<String> overSocket(FuzzRequest request) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) limit.toMillis());
      socket.getOutputStream().write(request.body());
      socket.getOutputStream().flush();
      InputStream in = socket.getInputStream();
      String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String[] line = answer.split(" ", 3);
      // An answer of HTTP/2 or none at all: the connection is closed, which is fine.
      return line.length == 3 && line[0].startsWith("HTTP/1") && line[1].matches("\\d{3}")
          ? ofStatus(
              Integer.parseInt(line[1]), new String(request.body(), StandardCharsets.UTF_8), answer)
          : Optional.empty();
    } catch (SocketTimeoutException open) {
      return Optional.of(HANGS);
    } catch (IOException closed) {
      return Optional.empty();
    }
  }
}
