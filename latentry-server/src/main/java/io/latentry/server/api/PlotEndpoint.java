package io.latentry.server.api;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesSettings;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.read.TextFormat;
import io.latentry.server.api.answer.AnswerForm;
import io.latentry.server.api.answer.ScoreOptions;
import io.latentry.server.door.PackedBody;
import io.latentry.server.door.StreamThreads;
import io.latentry.server.series.KeyPath;
import io.latentry.server.series.SeriesMemory;
import io.latentry.server.series.SeriesTrial;
import io.latentry.server.series.SeriesTrial.KeySeries;
import io.latentry.server.series.SeriesTrial.KeyTally;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a person sees of a series: lines, events and counts of the rows of a request, judged by
 * themselves. It is a look: nothing of it is kept or counted.
 */
final class PlotEndpoint {
  /** More are for a file and the command line. */
  private static final int MOST_POINTS = 200_000;

  /** Values of them, over all channels: each is held several times. */
  private static final int MOST_VALUES = 5_000_000;

  private static final int BATCH_ROWS = 8_192;

  private final ModelHost host;
  private final ApiLimits limits;
  private final JsonRows.Format json;
  private final StreamThreads streams;

  PlotEndpoint(ModelHost host, ApiLimits limits, StreamThreads streams) {
    this.host = host;
    this.limits = limits;
    this.json = JsonRows.Format.of(limits);
    this.streams = streams;
  }

  HttpResponse answer(ServiceRequestContext context, HttpRequest request) {
    AnswerForm form = AnswerForm.ofContent(request.contentType());
    Optional<String> key = wanted(context);
    return HttpResponse.of(
        request
            .aggregate()
            .thenApplyAsync(body -> plotted(context, body, form, key), streams.of(context)));
  }

  private static Optional<String> wanted(ServiceRequestContext context) {
    for (String name : context.queryParams().names()) {
      if (!name.equals("key")) {
        throw new RefusedException(
            Refusal.BAD_INPUT, "query parameter '" + name + "': unknown (expected: key)");
      }
    }
    return Optional.ofNullable(context.queryParam("key"));
  }

  private HttpResponse plotted(
      ServiceRequestContext context,
      AggregatedHttpRequest body,
      AnswerForm form,
      Optional<String> key) {
    try (ModelLease lease = host.lend(Paths.model(context), OptionalInt.empty())) {
      SeriesSettings settings = lease.manifest().series();
      if (settings == null) {
        throw new RefusedException(
            Refusal.BAD_INPUT,
            "model '"
                + lease.version().name()
                + "': judges no series (expected: a model of series; .../score asks any)");
      }
      byte[] bytes =
          PackedBody.unpacked(
              body.content().array(),
              body.headers().get(HttpHeaderNames.CONTENT_ENCODING),
              limits.mostJsonBytes());
      Given given =
          form.table().isEmpty()
              ? whole(lease, bytes)
              : table(lease, bytes, form.table().get(), body);
      SeriesTrial trial =
          new SeriesTrial(
              lease,
              limits.patience(),
              () -> context.setRequestTimeout(TimeoutMode.SET_FROM_NOW, limits.patience()));
      return ApiJson.ok(document(lease, settings, trial, given, key));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PlotDocument document(
      ModelLease lease,
      SeriesSettings settings,
      SeriesTrial trial,
      Given given,
      Optional<String> wanted) {
    SeriesPoints points = given.points();
    List<KeyTally> tallies;
    Optional<KeySeries> drawn;
    if (wanted.isPresent() || settings.keys().isEmpty()) {
      String key = wanted.isPresent() ? KeyPath.key(settings, wanted.get()) : "";
      drawn = Optional.of(trial.of(points, key));
      tallies = List.of(drawn.get().tally());
    } else {
      tallies = trial.tallies(points);
      drawn = tallies.stream().findFirst().map(first -> trial.of(points, first.key()));
    }
    return PlotDocument.of(
        lease.version(), settings, points.count(), tallies, drawn, given.notices());
  }

  private record Given(SeriesPoints points, List<String> notices) {}

  private Given whole(ModelLease lease, byte[] body) throws IOException {
    JsonRows read =
        json.read(
            body,
            lease.manifest().schema(),
            SeriesMemory.columns(lease.manifest()),
            lease.manifest().reading().cells(),
            ScoreOptions.NONE);
    requireRoom(read.rows().count(), lease.manifest().schema());
    return new Given(
        SeriesMemory.points(lease.manifest(), read.rows(), read.beside()), read.notices());
  }

  private static Given table(
      ModelLease lease, byte[] bytes, TextFormat format, AggregatedHttpRequest body)
      throws IOException {
    List<Rows> parts = new ArrayList<>();
    List<String> columns = SeriesMemory.columns(lease.manifest());
    List<List<String>> beside = new ArrayList<>();
    columns.forEach(column -> beside.add(new ArrayList<>()));
    int count = 0;
    try (DataSource source =
            DataSource.open(
                new ByteArrayInputStream(bytes),
                "body",
                format,
                StreamScoring.reading(lease, body.contentType()));
        RowReader reader =
            source.rows(lease.manifest().schema(), columns, BATCH_ROWS, ReadListener.NONE)) {
      while (reader.hasNext()) {
        RowBatch batch = reader.next();
        parts.add(batch.rows());
        for (int j = 0; j < columns.size(); j++) {
          beside.get(j).addAll(List.of(batch.kept()[j]));
        }
        count += batch.rows().count();
        requireRoom(count, lease.manifest().schema());
      }
      List<String> notices =
          JsonRows.unknownColumns(reader.unusedColumns(), lease.manifest().schema());
      Rows rows =
          parts.isEmpty()
              ? Rows.of(lease.manifest().schema(), 0, new float[0], new String[0])
              : parts.get(0).followedBy(parts.subList(1, parts.size()));
      return new Given(
          SeriesMemory.points(
              lease.manifest(),
              rows,
              beside.stream().map(cells -> cells.toArray(String[]::new)).toArray(String[][]::new)),
          notices);
    }
  }

  private static void requireRoom(int points, Schema channels) {
    int most = Math.min(MOST_POINTS, MOST_VALUES / Math.max(1, channels.columns().size()));
    if (points > most) {
      throw new RefusedException(
          Refusal.TOO_LARGE,
          "rows: more than "
              + most
              + " (expected: at most so many to be drawn); .../score judges any number");
    }
  }
}
