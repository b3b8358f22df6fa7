package io.latentry.server.api;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.file.HttpFile;
import io.latentry.server.monitoring.Diary;
import io.latentry.server.recording.JudgedRow;
import io.latentry.server.recording.RecordedDay;
import io.latentry.server.recording.RowRecorder;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rows that the service recorded: how many there are, handed out, and deleted. */
final class RecordedEndpoint {
  private static final Instant YEAR_0 = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");
  private static final MediaType PARQUET = MediaType.parse("application/vnd.apache.parquet");
  private static final String FEEDBACK = "feedback";
  private static final int MOST_JUDGED = 1_000;
  private static final Duration USUAL = Duration.ofDays(30);

  private final ModelHost host;
  private final RowRecorder rows;
  private final Diary diary;
  private final Clock clock;

  RecordedEndpoint(ModelHost host, RowRecorder rows, Diary diary, Clock clock) {
    this.host = host;
    this.rows = rows;
    this.diary = diary;
    this.clock = clock;
  }

  /**
   * @param share of the rows judged that is recorded, at most
   * @param mostPerSecond rows of a second beyond which a lesser share is; 0 where none is
   * @param missedRows of all models, since the service started
   */
  record Listed(
      String model,
      boolean recording,
      double share,
      int mostPerSecond,
      long missedRows,
      List<RecordedDay> days) {}

  record Judged(String model, String column, List<JudgedRow> rows) {}

  record Deleted(String model, String column, long deleted) {}

  HttpResponse list(ServiceRequestContext context) {
    String model = known(context);
    return ApiJson.ok(
        new Listed(
            model,
            rows.isOn(),
            rows.share(),
            rows.mostPerSecond(),
            rows.missedRows(),
            rows.days(model)));
  }

  private String known(ServiceRequestContext context) {
    String model = Paths.model(context);
    List<ModelVersion> unused = host.versions(model);
    return model;
  }

  /**
   * Parquet of the last 30 days, or of {@code from} to before {@code to}; with {@code
   * feedback=true} what was said of alarms is in it.
   */
  HttpResponse export(ServiceRequestContext context, HttpRequest request) {
    String model = known(context);
    QueryParams query = context.queryParams();
    requireOnly(query, Set.of("from", "to", FEEDBACK));
    boolean said = isTrue(query, FEEDBACK);
    Instant to = moment(query, "to", clock.instant().plusSeconds(1));
    Instant from = moment(query, "from", to.minus(USUAL));
    if (!from.isBefore(to)) {
      throw new RefusedException(
          Refusal.BAD_INPUT, "from: " + from + " (expected: before to, " + to + ")");
    }
    if (said) {
      diary.requireRecordedWhole(model);
    }
    Optional<Path> file = rows.export(model, from, to);
    if (file.isEmpty()) {
      throw new RefusedException(
          Refusal.UNKNOWN,
          "recorded: nothing of model '%s' from %s to %s (%s)"
              .formatted(
                  model,
                  from,
                  to,
                  rows.isOn()
                      ? "expected: a time of which GET /v1/models/NAME/recorded tells files"
                      : "nothing is recorded: start the service with recording.keep: rows"));
    }
    Object unused = context.log().whenComplete().thenRun(() -> delete(file.get()));
    if (said) {
      diary.addSaid(model, file.get(), from);
    }
    try {
      return HttpFile.builder(file.get())
          .contentType(PARQUET)
          .addHeader("content-disposition", "attachment; filename=\"recorded.parquet\"")
          .build()
          .asService()
          .serve(context, request);
    } catch (Exception failed) {
      delete(file.get());
      throw new IllegalStateException("recorded: cannot be handed out", failed);
    }
  }

  private static void delete(Path file) {
    try {
      boolean unused = Files.deleteIfExists(file);
    } catch (IOException leftBehind) {
      // The next start of the service sweeps it.
      file.toFile().deleteOnExit();
    }
  }

  private static boolean isTrue(QueryParams query, String name) {
    String text = query.get(name, "false");
    if (!text.equals("true") && !text.equals("false")) {
      throw new RefusedException(
          Refusal.BAD_INPUT, name + ": '" + text + "' (expected: true or false)");
    }
    return text.equals("true");
  }

  static Instant moment(QueryParams query, String name, Instant usual) {
    String text = query.get(name);
    if (text == null) {
      return usual;
    }
    try {
      Instant moment =
          text.indexOf('T') < 0
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
              : Instant.parse(text);
      if (!moment.isBefore(YEAR_0) && moment.isBefore(YEAR_10000)) {
        return moment;
      }
    } catch (DateTimeException e) {
      // As one that is too far away.
    }
    throw new RefusedException(
        Refusal.BAD_INPUT,
        name + ": '" + text + "' (expected: such as 2026-01-31 or 2026-01-31T13:00:00Z, in UTC)");
  }

  /**
   * Deletes the rows in which a column has a value, once that is noted; the audit does not name the
   * value, which may be a person's.
   *
   * @param by who asks, for the audit
   */
  HttpResponse delete(ServiceRequestContext context, String by) {
    String model = known(context);
    QueryParams query = context.queryParams();
    requireOnly(query, Set.of("where"));
    Where where = Where.of(query);
    String column = where.column();
    int champion = host.versions(model).stream().mapToInt(ModelVersion::version).max().orElse(0);
    host.note(model, champion, "delete_recorded", by, "rows by column '" + column + "'");
    return ApiJson.ok(new Deleted(model, column, rows.delete(model, column, where.value())));
  }

  /**
   * What was said of the rows of a day, or of another time, in which a column has a value, and by
   * which version.
   */
  HttpResponse judged(ServiceRequestContext context) {
    String model = known(context);
    QueryParams query = context.queryParams();
    requireOnly(query, Set.of("where", "day", "from", "to"));
    Where where = Where.of(query);
    Instant usual = clock.instant().plusSeconds(1);
    Instant from = moment(query, "day", moment(query, "from", usual.minus(USUAL)));
    Instant to = query.contains("day") ? from.plus(Duration.ofDays(1)) : moment(query, "to", usual);
    return ApiJson.ok(
        new Judged(
            model,
            where.column(),
            rows.find(model, where.column(), where.value(), from, to, MOST_JUDGED)));
  }

  private record Where(String column, String value) {
    static Where of(QueryParams query) {
      String where = query.get("where", "");
      int equals = where.indexOf('=');
      if (equals < 1) {
        throw new RefusedException(
            Refusal.BAD_INPUT,
            "where: '" + where + "' (expected: where=COLUMN=VALUE, such as where=customer=4711)");
      }
      return new Where(where.substring(0, equals), where.substring(equals + 1));
    }
  }

  private static void requireOnly(QueryParams query, Set<String> known) {
    for (String name : query.names()) {
      if (!known.contains(name)) {
        throw new RefusedException(
            Refusal.BAD_INPUT, "'" + name + "': unknown (expected: of " + known + ")");
      }
    }
  }
}
