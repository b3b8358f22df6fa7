package io.latentry.server.api;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.read.TextFormat;
import io.latentry.scoring.Judgements;
import io.latentry.server.door.PackedBody;
import io.latentry.server.door.RequestThread;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts on the rows of a request. JSON is read as a whole; CSV, TSV and JSON lines stream
 * through, in memory that does not grow with the rows.
 */
final class ScoreEndpoint {
  /** Small enough that a batch is there soon and waits little, large enough for the engine. */
  private static final int BATCH_ROWS = 1_024;

  /** Rows wait no longer for their verdicts than that, where further ones are slow to come. */
  private static final Duration HOLD = Duration.ofMillis(200);

  private static final int OUTPUT_BYTES = 1 << 15;
  private static final Duration PAUSE_WHEN_BUSY = Duration.ofMillis(50);
  private static final String[][] NOTHING_KEPT = {};

  private final ModelHost host;
  private final ApiLimits limits;
  private final StreamThreads streams;
  private final JsonRows.Format json;

  ScoreEndpoint(ModelHost host, ApiLimits limits, StreamThreads streams) {
    this.host = host;
    this.limits = limits;
    this.streams = streams;
    this.json = JsonRows.Format.of(limits);
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
        ? whole(context, request, zipped, wanted.get(), options)
        : streamed(context, request, given.table().get(), wanted.get(), options);
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
          "body: too large (expected: at most " + limits.mostJsonBytes() + " bytes of JSON)");
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
    ModelLease lease = lend(context);
    CompletableFuture<HttpResponse> answer;
    try {
      JsonRows given =
          json.read(
              PackedBody.unpacked(
                  body.content().array(), zipped ? "gzip" : null, limits.mostJsonBytes()),
              lease.manifest().schema(),
              ReadOptions.asFitted(lease.manifest()).missing(),
              ofQuery);
      ScoreOptions options = given.options();
      requireWritable(wanted, options);
      answer =
          lease
              .judge(given.rows(), options.also(lease.outputs()), limits.patience())
              .thenApplyAsync(judged -> rendered(lease, given, options, judged, wanted), worker);
    } catch (IOException | RuntimeException refused) {
      answer = CompletableFuture.failedFuture(refused);
    }
    return answer.whenComplete((done, failed) -> lease.close());
  }

  private static HttpResponse rendered(
      ModelLease lease,
      JsonRows given,
      ScoreOptions options,
      Judgements judged,
      AnswerForm wanted) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      AnswerWriter writer = writer(bytes, lease, options, wanted);
      writer.write(new RowBatch(0, given.rows(), NOTHING_KEPT), judged);
      writer.finish(given.notices());
      return HttpResponse.of(HttpStatus.OK, wanted.type(), bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse streamed(
      ServiceRequestContext context,
      HttpRequest request,
      TextFormat format,
      AnswerForm wanted,
      ScoreOptions options) {
    requireWritable(wanted, options);
    HttpResponseWriter response = HttpResponse.streaming();
    streams
        .of(context)
        .execute(
            () -> {
              try {
                stream(context, request, format, wanted, options, response);
              } catch (IOException | RuntimeException failed) {
                // Before the first bytes it becomes an error with its status, later a broken
                // stream: a part of an answer must not look like a whole one.
                response.close(TableBody.reasonOf(failed));
              }
            });
    return response;
  }

  private void stream(
      ServiceRequestContext context,
      HttpRequest request,
      TextFormat format,
      AnswerForm wanted,
      ScoreOptions options,
      HttpResponseWriter response)
      throws IOException {
    try (ModelLease lease = lend(context);
        TableBody body = TableBody.of(request);
        DataSource source =
            DataSource.open(body, "body", format, reading(lease, request.contentType()));
        RowReader reader =
            source.rows(lease.manifest().schema(), List.of(), BATCH_ROWS, ReadListener.NONE)) {
      ResponseOutput output = new ResponseOutput(response, wanted.type(), limits.patience());
      OutputStream buffered = new BufferedOutputStream(output, OUTPUT_BYTES);
      AnswerWriter writer = writer(buffered, lease, options, wanted);
      Set<Output> also = options.also(lease.outputs());
      BatchSink verdicts =
          batch -> {
            if (batch.rows().count() > 0) {
              // Rows renew the limit and bytes do not: who sends bytes and never a row is cut off.
              context.setRequestTimeout(TimeoutMode.SET_FROM_NOW, limits.patience());
              writer.write(batch, judgedOnceThereIsRoom(lease, batch.rows(), also));
              context.setRequestTimeout(TimeoutMode.SET_FROM_NOW, limits.patience());
            }
          };
      body.beforeWaiting(
          HOLD,
          () -> {
            Optional<RowBatch> soFar = reader.takeSoFar();
            if (soFar.isPresent()) {
              verdicts.take(soFar.get());
            }
            writer.flush();
          });
      while (reader.hasNext()) {
        verdicts.take(reader.next());
        body.restart();
      }
      writer.finish(JsonRows.unknownColumns(reader.unusedColumns(), lease.manifest().schema()));
      buffered.flush();
      output.close();
    }
  }

  /** What becomes of the rows of a table. */
  private interface BatchSink {
    void take(RowBatch batch) throws IOException;
  }

  /** A stream that was begun is held up rather than broken off while others are served. */
  private Judgements judgedOnceThereIsRoom(ModelLease lease, Rows rows, Set<Output> also) {
    long deadline = System.nanoTime() + limits.patience().toNanos();
    while (true) {
      try {
        return lease.judge(rows, also, limits.patience()).join();
      } catch (CompletionException e) {
        boolean busy =
            e.getCause() instanceof RefusedException refused && refused.refusal() == Refusal.BUSY;
        if (!busy || System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
      try {
        Thread.sleep(PAUSE_WHEN_BUSY.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RefusedException(Refusal.NOT_READY, "the service is stopping", e);
      }
    }
  }

  private static ReadOptions reading(ModelLease lease, @Nullable MediaType type) {
    ReadOptions options =
        ReadOptions.asFitted(lease.manifest())
            .withMissingColumns(ReadOptions.MissingColumns.UNSCORABLE);
    Charset stated = stated(type);
    return stated == null ? options : options.withEncoding(stated);
  }

  private static @Nullable Charset stated(@Nullable MediaType type) {
    try {
      return type == null ? null : type.charset();
    } catch (IllegalArgumentException unknown) {
      throw new RefusedException(
          Refusal.UNSUPPORTED_MEDIA,
          "content-type: " + type + " (expected: a charset such as utf-8)",
          unknown);
    }
  }

  private static AnswerWriter writer(
      OutputStream output, ModelLease lease, ScoreOptions options, AnswerForm form)
      throws IOException {
    return form.table().isPresent()
        ? new TableAnswer(output, form.table().get(), lease, options.explain())
        : new JsonAnswer(output, lease, options);
  }

  private static void requireWritable(AnswerForm form, ScoreOptions options) {
    if (options.reconstruct() && form.table().isPresent()) {
      throw new RefusedException(
          Refusal.BAD_INPUT,
          "reconstruct: in "
              + form.type().withoutParameters()
              + " (expected: with accept: application/json, the form that has a place for it)");
    }
  }

  private ModelLease lend(ServiceRequestContext context) {
    return host.lend(Paths.model(context), Paths.version(context));
  }
}
