package io.latentry.server.api;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.core.data.Samples;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.SeriesScorer.PointJudgements;
import io.latentry.server.api.answer.AnswerForm;
import io.latentry.server.api.answer.AnswerWriter;
import io.latentry.server.api.answer.ScoreOptions;
import io.latentry.server.api.image.ImageScoring;
import io.latentry.server.door.PackedBody;
import io.latentry.server.door.RequestThread;
import io.latentry.server.door.StreamThreads;
import io.latentry.server.series.SeriesMemory;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts on the rows of a request. JSON is read as a whole, here; CSV, TSV and JSON lines go to
 * {@link StreamScoring}, images to {@link ImageScoring}.
 */
final class ScoreEndpoint {

  private final ModelHost host;
  private final ApiLimits limits;
  private final JsonRows.Format json;
  private final StreamScoring stream;
  private final SeriesMemory series;
  private final ImageScoring images;

  ScoreEndpoint(ModelHost host, ApiLimits limits, StreamThreads streams, SeriesMemory series) {
    this.host = host;
    this.limits = limits;
    this.json = JsonRows.Format.of(limits);
    this.stream = new StreamScoring(host, limits, streams, series);
    this.series = series;
    this.images = new ImageScoring(limits.patience(), limits.mostImagePixels(), limits.mostRows());
  }

  HttpResponse answer(ServiceRequestContext context, HttpRequest request) {
    ScoreOptions options = ScoreOptions.of(context.queryParams());
    MediaType type = request.contentType();
    if (type != null && ImageScoring.isType(type)) {
      return ofImages(context, request, type, options);
    }
    options.requireOfRows();
    AnswerForm given = AnswerForm.ofContent(type);
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
        ? whole(context, request, zipped, wanted.get(), options)
        : stream.answer(context, request, given.table().get(), wanted.get(), options);
  }

  /** What they are decoded to is many times as large, so that no thread of others' does it. */
  private HttpResponse ofImages(
      ServiceRequestContext context, HttpRequest request, MediaType type, ScoreOptions options) {
    String encoding = isZipped(request) ? "gzip" : null;
    return HttpResponse.of(
        bounded(request)
            .aggregate()
            .thenComposeAsync(
                context.makeContextAware(
                    (AggregatedHttpRequest body) -> {
                      ModelLease lease = Paths.lend(host, context);
                      CompletableFuture<HttpResponse> answer;
                      try {
                        answer =
                            images.judge(
                                context,
                                lease,
                                request.headers(),
                                type,
                                PackedBody.unpacked(
                                    body.content().array(), encoding, limits.mostJsonBytes()),
                                options);
                      } catch (RuntimeException refused) {
                        answer = CompletableFuture.failedFuture(refused);
                      }
                      return answer.whenComplete((done, failed) -> lease.close());
                    }),
                context.blockingTaskExecutor()));
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

  private HttpResponse whole(
      ServiceRequestContext context,
      HttpRequest request,
      boolean zipped,
      AnswerForm wanted,
      ScoreOptions options) {
    return HttpResponse.of(
        bounded(request)
            .aggregate()
            .thenCompose(
                // Whoever notes what a request is about looks for its context.
                context.makeContextAware(
                    (AggregatedHttpRequest body) -> {
                      Executor worker =
                          zipped
                              ? context.blockingTaskExecutor()
                              : RequestThread.of(context, body.content().length());
                      return CompletableFuture.completedFuture(body)
                          .thenComposeAsync(
                              whole -> judged(context, whole, zipped, wanted, options, worker),
                              worker);
                    })));
  }

  /** The route itself has no bound, since a table may be of any length. */
  private HttpRequest bounded(HttpRequest request) {
    requireRoom(request.headers().contentLength());
    AtomicLong seen = new AtomicLong();
    return request.mapData(
        data -> {
          requireRoom(seen.addAndGet(data.length()));
          return data;
        });
  }

  private void requireRoom(long bytes) {
    if (bytes > limits.mostJsonBytes()) {
      throw new RefusedException(
          Refusal.TOO_LARGE,
          "body: too large (expected: at most "
              + limits.mostJsonBytes()
              + " bytes of JSON or images)");
    }
  }

  /** The lease is given back when the verdicts are there. */
  private CompletableFuture<HttpResponse> judged(
      ServiceRequestContext context,
      AggregatedHttpRequest body,
      boolean zipped,
      AnswerForm wanted,
      ScoreOptions ofQuery,
      Executor worker) {
    ModelLease lease = Paths.lend(host, context);
    CompletableFuture<HttpResponse> answer;
    try {
      ImageScoring.requireRows(lease, body.contentType());
      JsonRows given =
          json.read(
              PackedBody.unpacked(
                  body.content().array(), zipped ? "gzip" : null, limits.mostJsonBytes()),
              lease.manifest().schema(),
              SeriesMemory.columns(lease.manifest()),
              lease.manifest().reading().cells(),
              ofQuery);
      ScoreOptions options = given.options();
      wanted.requireRoomFor(options);
      if (lease.manifest().series() != null) {
        SeriesMemory.requireRoomFor(options.reconstruct());
        // Points of a model wait for those before them, which no event loop may.
        return CompletableFuture.supplyAsync(
                () -> pointsJudged(lease, given, options, wanted), context.blockingTaskExecutor())
            .whenComplete((done, failed) -> lease.close());
      }
      ModelLease judge = lease.of(given.rows());
      answer =
          judge
              .judge(given.rows(), options.also(judge.outputs()), limits.patience())
              .thenApplyAsync(
                  judged -> rendered(judge, given, options, given.rows(), judged, null, wanted),
                  worker);
    } catch (IOException | RuntimeException refused) {
      answer = CompletableFuture.failedFuture(refused);
    }
    return answer.whenComplete((done, failed) -> lease.close());
  }

  private HttpResponse pointsJudged(
      ModelLease lease, JsonRows given, ScoreOptions options, AnswerForm wanted) {
    PointJudgements judged =
        series.judge(
            lease,
            SeriesMemory.points(lease.manifest(), given.rows(), given.beside()),
            options.also(lease.outputs()),
            limits.patience());
    return rendered(lease, given, options, judged.windows(), judged.judgements(), judged, wanted);
  }

  private static HttpResponse rendered(
      ModelLease lease,
      JsonRows given,
      ScoreOptions options,
      Samples samples,
      Judgements judged,
      @Nullable PointJudgements points,
      AnswerForm wanted) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      AnswerWriter writer = wanted.writer(bytes, lease, options);
      writer.write(0, samples, judged, points);
      writer.finish(given.notices());
      return HttpResponse.of(HttpStatus.OK, wanted.type(), bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
