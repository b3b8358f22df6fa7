package io.latentry.server.api;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.util.Locale;
import java.util.Optional;

/**
 * Verdicts on the rows of a request. JSON is read as a whole; CSV, TSV and JSON lines stream
 * through.
 */
final class ScoreEndpoint {
  private final WholeScoring whole;
  private final StreamScoring stream;

  ScoreEndpoint(ModelHost host, ApiLimits limits, StreamThreads streams) {
    this.whole = new WholeScoring(host, limits);
    this.stream = new StreamScoring(host, limits, streams);
  }

  HttpResponse answer(ServiceRequestContext context, HttpRequest request) {
    ScoreOptions options = ScoreOptions.of(context.queryParams());
    AnswerForm given = AnswerForm.ofContent(request.contentType());
    Optional<AnswerForm> wanted = AnswerForm.accepted(request.headers(), given);
    if (wanted.isEmpty()) {
      return ApiErrors.of(
          HttpStatus.NOT_ACCEPTABLE,
          "accept: "
              + request.headers().get(HttpHeaderNames.ACCEPT)
              + " (expected: one of "
              + AnswerForm.names()
              + ")",
          null);
    }
    boolean zipped = isZipped(request);
    return given.table().isEmpty()
        ? whole.answer(context, request, zipped, wanted.get(), options)
        : stream.answer(context, request, given.table().get(), wanted.get(), options);
  }

  private static boolean isZipped(HttpRequest request) {
    String encoding =
        request
            .headers()
            .get(HttpHeaderNames.CONTENT_ENCODING, "identity")
            .toLowerCase(Locale.ROOT);
    return switch (encoding) {
      case "identity" -> false;
      case "gzip", "x-gzip" -> true;
      default ->
          throw new RefusedException(
              Refusal.UNSUPPORTED_MEDIA,
              "content-encoding: " + encoding + " (expected: gzip or none)");
    };
  }
}
