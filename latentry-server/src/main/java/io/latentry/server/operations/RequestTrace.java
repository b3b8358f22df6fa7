package io.latentry.server.operations;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.latentry.core.fault.FaultWords;
import io.latentry.server.access.Caller;
import io.latentry.server.config.LogLevel;
import io.latentry.server.door.BrokenOff;
import io.latentry.server.door.TurnedAway;
import io.latentry.server.log.EventLog;
import io.latentry.server.monitoring.Recorder;
import io.latentry.server.monitoring.ServingStatistics;
import io.latentry.server.monitoring.SlaWatch;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives every request an id, counts it, and writes one line about it when it is answered. The line
 * has the pattern of the route, not the path, and neither query nor headers nor body.
 */
final class RequestTrace extends SimpleDecoratingHttpService {
  static final String REQUEST_ID_HEADER = "x-request-id";

  /** Instead of a status that the answer began with and did not keep. */
  private static final String ABORTED = "aborted";

  /** Long enough for every usual kind of id, and nothing that could break a line of the log. */
  private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  private final ServingStatistics statistics;
  private final Recorder recorder;
  private final SlaWatch sla;
  private final EventLog log;

  RequestTrace(
      HttpService door,
      ServingStatistics statistics,
      Recorder recorder,
      SlaWatch sla,
      EventLog log) {
    super(door);
    this.statistics = statistics;
    this.recorder = recorder;
    this.sla = sla;
    this.log = log;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    @Nullable String given = request.headers().get(REQUEST_ID_HEADER);
    String id = given != null && WELL_FORMED.matcher(given).matches() ? given : context.id().text();
    RequestNotes notes = new RequestNotes(id);
    notes.notesOf(context);
    context.setAdditionalResponseHeader(REQUEST_ID_HEADER, id);
    BodyWatch.heard(context);
    statistics.begun();
    context
        .log()
        .whenComplete()
        .thenAccept(done -> ended(context, notes, done))
        .exceptionally(
            failure -> {
              log.write(LogLevel.ERROR, "log_failed", f -> f.put("reason", FaultWords.of(failure)));
              return null;
            });
    BodyWatch.hangUpOnceRefused(context);
    HttpResponse response = unwrap().serve(context, request);
    return BodyWatch.isWhole(context) ? response : TurnedAway.saysThatItHangsUp(context, response);
  }

  private void ended(ServiceRequestContext context, RequestNotes notes, RequestLog done) {
    Doorway door = Doorway.of(context);
    String status = status(door, done);
    long nanos = done.totalDurationNanos();
    statistics.ended(door.word(), notes.model(), status, nanos);
    boolean failed = failed(done);
    notes
        .judgingVersions()
        .forEach(
            version -> {
              statistics.answered(version.name(), nanos, failed);
              recorder.answered(version, nanos, failed);
              sla.answered(version.name(), door.word(), nanos, failed);
            });
    boolean ours = status.equals(HttpStatus.INTERNAL_SERVER_ERROR.codeAsText());
    log.write(
        ours ? LogLevel.ERROR : LogLevel.INFO,
        "request",
        line -> {
          line.put("request_id", notes.requestId());
          line.put("door", door.word());
          line.put("method", context.method().name());
          line.put("route", context.config().route().patternString());
          if (notes.model() != null) {
            line.put("model", notes.model());
          }
          line.put("status", status);
          line.put("rows", notes.rows());
          line.put("millis", Math.round(nanos / 1e3) / 1e3);
          line.put("caller", Caller.of(context).name());
          if (done.responseCause() != null) {
            // The kind alone: a message may quote what was sent.
            line.put("cause", done.responseCause().getClass().getSimpleName());
          }
        });
  }

  /** The status that the caller saw: HTTP's number, or gRPC's word, unless the answer broke off. */
  private static String status(Doorway door, RequestLog done) {
    if (door == Doorway.GRPC) {
      @Nullable Throwable cause = done.responseCause();
      if (cause != null && BrokenOff.is(cause)) {
        // Whatever was to be sent, nobody was there.
        return word(Status.Code.CANCELLED);
      }
      @Nullable String code = done.responseTrailers().get("grpc-status");
      code = code == null ? done.responseHeaders().get("grpc-status") : code;
      if (code != null) {
        return GrpcStatus.word(code);
      }
      if (cause instanceof StatusRuntimeException ended) {
        // Nobody was there to be sent a status.
        return word(ended.getStatus().getCode());
      }
    }
    return BrokenOff.isAnswer(done) ? ABORTED : done.responseStatus().codeAsText();
  }

  /** An answer that breaks off because the caller goes away is no failure. */
  private static boolean failed(RequestLog done) {
    @Nullable Throwable cause = done.responseCause();
    return done.responseHeaders().status().isServerError()
        || (BrokenOff.isAnswer(done) && cause != null && !BrokenOff.is(cause));
  }

  private static String word(Status.Code code) {
    return GrpcStatus.word(Integer.toString(code.value()));
  }
}
