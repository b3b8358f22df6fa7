package io.latentry.server.api;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.core.graph.Output;
import io.latentry.core.series.SeriesPoints;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.read.TextFormat;
import io.latentry.scoring.SeriesScorer.PointJudgements;
import io.latentry.server.api.answer.AnswerForm;
import io.latentry.server.api.answer.AnswerWriter;
import io.latentry.server.api.answer.ScoreOptions;
import io.latentry.server.api.image.ImageScoring;
import io.latentry.server.door.AnswerSpool;
import io.latentry.server.door.StreamThreads;
import io.latentry.server.series.SeriesMemory;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Verdicts on a table as its rows come, in memory that does not grow with them. */
final class StreamScoring {
  /** Small enough that a batch is there soon and waits little, large enough for the engine. */
  private static final int BATCH_ROWS = 1_024;

  /** Rows wait no longer for their verdicts than that, where further ones are slow to come. */
  private static final Duration HOLD = Duration.ofMillis(200);

  private static final int OUTPUT_BYTES = 1 << 15;
  private static final Duration PAUSE_WHEN_BUSY = Duration.ofMillis(50);

  private final ModelHost host;
  private final ApiLimits limits;
  private final StreamThreads streams;
  private final SeriesMemory series;
  private final AnswerSpool spool;

  StreamScoring(ModelHost host, ApiLimits limits, StreamThreads streams, SeriesMemory series) {
    this.host = host;
    this.limits = limits;
    this.streams = streams;
    this.series = series;
    this.spool = AnswerSpool.in(limits.storeFolder(), limits.mostSpoolBytes());
  }

  HttpResponse answer(
      ServiceRequestContext context,
      HttpRequest request,
      TextFormat format,
      AnswerForm wanted,
      ScoreOptions options) {
    wanted.requireRoomFor(options);
    HttpResponseWriter response = HttpResponse.streaming();
    streams
        .of(context)
        .execute(
            () -> {
              ResponseOutput output =
                  new ResponseOutput(context, response, wanted.type(), limits.patience(), spool);
              try {
                stream(context, request, format, wanted, options, output);
              } catch (IOException | RuntimeException failed) {
                // Before the first bytes it becomes an error with its status, later a broken
                // stream: a part of an answer must not look like a whole one.
                response.close(TableBody.reasonOf(failed));
              } catch (Error failed) {
                response.close(failed);
                throw failed;
              } finally {
                output.release();
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
      ResponseOutput output)
      throws IOException {
    try (ModelLease lease = lendOfRows(context, request);
        TableBody body = TableBody.of(request);
        DataSource source =
            DataSource.open(body, "body", format, reading(lease, request.contentType()));
        RowReader reader =
            source.rows(
                lease.manifest().schema(),
                SeriesMemory.columns(lease.manifest()),
                BATCH_ROWS,
                ReadListener.NONE)) {
      OutputStream buffered = new BufferedOutputStream(output, OUTPUT_BYTES);
      AnswerWriter writer = wanted.writer(buffered, lease, options);
      Set<Output> also = options.also(lease.outputs());
      BatchSink verdicts =
          batch -> {
            if (batch.rows().count() > 0) {
              // Rows renew the limit and bytes do not: who sends bytes and never a row is cut off.
              context.setRequestTimeout(TimeoutMode.SET_FROM_NOW, limits.patience());
              write(writer, lease, batch, also);
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

  private ModelLease lendOfRows(ServiceRequestContext context, HttpRequest request) {
    ModelLease lease = Paths.lend(host, context);
    try {
      ImageScoring.requireRows(lease, request.contentType());
      return lease;
    } catch (RefusedException ofImages) {
      lease.close();
      throw ofImages;
    }
  }

  private void write(AnswerWriter writer, ModelLease lease, RowBatch batch, Set<Output> also)
      throws IOException {
    if (lease.manifest().series() == null) {
      writer.write(
          batch.firstRow(),
          batch.rows(),
          onceThereIsRoom(() -> lease.judge(batch.rows(), also, limits.patience()).join()),
          null);
      return;
    }
    SeriesPoints points = SeriesMemory.points(lease.manifest(), batch.rows(), batch.kept());
    PointJudgements judged =
        onceThereIsRoom(() -> series.judge(lease, points, also, limits.patience()));
    writer.write(batch.firstRow(), judged.windows(), judged.judgements(), judged);
  }

  /** What becomes of the rows of a table. */
  private interface BatchSink {
    void take(RowBatch batch) throws IOException;
  }

  /** A stream that was begun is held up rather than broken off while others are served. */
  private <T> T onceThereIsRoom(Supplier<T> judging) {
    long deadline = System.nanoTime() + limits.patience().toNanos();
    while (true) {
      try {
        return judging.get();
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

  /** How a table in a body is read: as that of the fit, in the encoding that its type says. */
  static ReadOptions reading(ModelLease lease, @Nullable MediaType type) {
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
}
