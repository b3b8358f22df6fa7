package io.latentry.server.api;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.file.HttpFile;
import io.latentry.server.access.Caller;
import io.latentry.server.door.Door;
import io.latentry.server.door.StreamThreads;
import io.latentry.server.maintenance.Maintenance;
import io.latentry.server.monitoring.Diary;
import io.latentry.server.monitoring.RecentAnomalies;
import io.latentry.server.monitoring.ServingStatistics;
import io.latentry.server.monitoring.SlaWatch;
import io.latentry.server.monitoring.ThresholdAdapter;
import io.latentry.server.monitoring.Watch;
import io.latentry.server.notification.Delivery;
import io.latentry.server.notification.Notifications;
import io.latentry.server.recording.RowRecorder;
import io.latentry.server.registry.Audit;
import io.latentry.server.retraining.Retrainer;
import io.latentry.server.series.SeriesMemory;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The JSON API under {@code /v1}, and its description for machines at {@code /openapi.json}. */
public final class ApiDoor implements Door {
  private static final String DESCRIPTION = "io/latentry/server/api/openapi.json";
  private static final long NO_LIMIT = 0;
  private static final String MODEL = "/v1/models/{name}";
  private static final String INCIDENT = MODEL + "/incidents/{id}";
  private static final String RECORDED = MODEL + "/recorded";
  private static final String RETRAINING = MODEL + "/retraining";
  private static final String MAINTENANCE = "/v1/maintenance";
  private static final String SERIES = MODEL + "/series";
  private static final String VERSION = MODEL + "/versions/{version}";

  private final ApiLimits limits;
  private final ServingStatistics statistics;
  private final RecentAnomalies anomalies;
  private final ModelEndpoints models;
  private final VersionEndpoints versions;
  private final ThresholdEndpoint threshold;
  private final ScoreEndpoint score;
  private final SeriesEndpoint keys;
  private final PlotEndpoint plot;
  private final WatchEndpoints watching;
  private final RecordedEndpoint recorded;
  private final RetrainingEndpoint retraining;
  private final Notifications notifications;
  private final Maintenance maintenance;
  private final Audit audit;
  private final StreamThreads streams;

  /**
   * @param statistics of every door: the page shows what came by any of them; likewise {@code
   *     anomalies}, {@code watch}, {@code diary}, {@code adapter}, {@code rows}, {@code retrainer}
   *     and {@code sla}
   * @param notifications who is told of it
   * @param maintenance when it is not told
   * @param audit of what concerns no single model
   * @param series what keys carry from a request to the next
   */
  public ApiDoor(
      ModelHost host,
      ServingStatistics statistics,
      RecentAnomalies anomalies,
      Watch watch,
      Diary diary,
      ThresholdAdapter adapter,
      RowRecorder rows,
      Retrainer retrainer,
      Clock clock,
      SlaWatch sla,
      Notifications notifications,
      Maintenance maintenance,
      Audit audit,
      ApiLimits limits,
      SeriesMemory series) {
    this.limits = limits;
    this.notifications = notifications;
    this.maintenance = maintenance;
    this.audit = audit;
    this.statistics = statistics;
    this.anomalies = anomalies;
    this.models = new ModelEndpoints(host);
    this.versions = new VersionEndpoints(host, models, limits);
    this.threshold = new ThresholdEndpoint(host, adapter, limits);
    this.streams = new StreamThreads(limits.mostStreams());
    this.score = new ScoreEndpoint(host, limits, streams, series);
    this.keys = new SeriesEndpoint(host, series, limits);
    this.plot = new PlotEndpoint(host, limits, streams);
    this.watching = new WatchEndpoints(watch, diary, sla, limits);
    this.recorded = new RecordedEndpoint(host, rows, diary, clock);
    this.retraining = new RetrainingEndpoint(host, retrainer);
  }

  /** Who is told, as a document. */
  record Receivers(List<Notifications.Receiver> destinations) {}

  /** What became of a test, as a document. */
  record Tested(List<Delivery.Outcome> destinations) {}

  /** Everything that can be asked; {@code openapi.json} says the same. */
  List<Endpoint> endpoints() {
    int json = limits.mostJsonBytes();
    Endpoint.Handler verdicts = score::answer;
    return List.of(
        get("/v1/models", models::list),
        get(MODEL, models::detail),
        get(VERSION, models::detail),
        // A table is streamed and may be of any length; ScoreEndpoint bounds JSON.
        new Endpoint(HttpMethod.POST, MODEL + "/score", NO_LIMIT, verdicts),
        new Endpoint(HttpMethod.POST, VERSION + "/score", NO_LIMIT, verdicts),
        get(MODEL + "/threshold", threshold::show),
        new Endpoint(
            HttpMethod.PATCH,
            MODEL + "/threshold",
            json,
            (context, request) ->
                HttpResponse.of(
                    request
                        .aggregate()
                        .thenApplyAsync(
                            body -> threshold.patch(context, body, caller(context)),
                            context.blockingTaskExecutor()))),
        new Endpoint(
            HttpMethod.POST,
            MODEL + "/versions",
            limits.mostArtifactBytes(),
            (context, request) ->
                HttpResponse.of(
                    CompletableFuture.supplyAsync(
                        () -> versions.add(context, request, caller(context)),
                        streams.of(context)))),
        post(VERSION + "/promote", context -> versions.promote(context, caller(context))),
        post(MODEL + "/rollback", context -> versions.rollBack(context, caller(context))),
        post(MODEL + "/load", context -> versions.load(context, caller(context))),
        post(MODEL + "/unload", context -> versions.unload(context, caller(context))),
        get(MODEL + "/audit", versions::audit),
        get(MODEL + "/drift", watching::drift),
        get(VERSION + "/drift", watching::drift),
        get(MODEL + "/incidents", watching::incidents),
        new Endpoint(
            HttpMethod.PATCH,
            MODEL + "/incidents",
            json,
            (context, request) ->
                HttpResponse.of(
                    request
                        .aggregate()
                        .thenApplyAsync(
                            body -> watching.patchGroup(context, body, caller(context)),
                            context.blockingTaskExecutor()))),
        get(INCIDENT, watching::incident),
        new Endpoint(
            HttpMethod.PATCH,
            INCIDENT,
            json,
            (context, request) ->
                HttpResponse.of(
                    request
                        .aggregate()
                        .thenApplyAsync(
                            body -> watching.patch(context, body, caller(context)),
                            context.blockingTaskExecutor()))),
        get(MODEL + "/feedback", watching::feedback),
        get(RETRAINING, retraining::list),
        post(RETRAINING, context -> retraining.start(context, caller(context))),
        post(RETRAINING + "/pause", context -> retraining.pause(context, true, caller(context))),
        post(RETRAINING + "/resume", context -> retraining.pause(context, false, caller(context))),
        post(RETRAINING + "/approve", context -> retraining.approve(context, caller(context))),
        get(MODEL + "/ledger", retraining::ledger),
        get(RECORDED, recorded::list),
        get(RECORDED + "/judged", recorded::judged),
        new Endpoint(
            HttpMethod.GET,
            RECORDED + "/rows",
            NO_LIMIT,
            (context, request) -> blocking(context, asked -> recorded.export(asked, request))),
        new Endpoint(
            HttpMethod.DELETE,
            RECORDED,
            NO_LIMIT,
            (context, request) ->
                blocking(context, asked -> recorded.delete(asked, caller(asked)))),
        get(SERIES, keys::list),
        get(SERIES + "/{key}", keys::detail),
        new Endpoint(
            HttpMethod.DELETE,
            SERIES + "/{key}",
            NO_LIMIT,
            (context, request) -> blocking(context, asked -> keys.forget(asked, caller(asked)))),
        new Endpoint(HttpMethod.POST, MODEL + "/plot", json, plot::answer),
        get("/v1/notifications", context -> ApiJson.ok(new Receivers(notifications.receivers()))),
        post(
            "/v1/notifications/test",
            context -> ApiJson.ok(new Tested(notifications.test(caller(context))))),
        get(MAINTENANCE, context -> ApiJson.ok(maintenance.list())),
        new Endpoint(
            HttpMethod.POST,
            MAINTENANCE,
            json,
            (context, request) ->
                HttpResponse.of(
                    request
                        .aggregate()
                        .thenApplyAsync(
                            body ->
                                ApiJson.ok(
                                    maintenance.add(JsonBody.of(body, json), caller(context))),
                            context.blockingTaskExecutor()))),
        new Endpoint(
            HttpMethod.DELETE,
            MAINTENANCE + "/{id}",
            NO_LIMIT,
            (context, request) ->
                blocking(
                    context,
                    asked ->
                        ApiJson.ok(
                            maintenance.end(
                                String.valueOf(asked.pathParam("id")), caller(asked))))),
        get("/v1/audit", context -> ApiJson.ok(VersionEndpoints.document(audit.of(Audit.SERVICE)))),
        get("/v1/statistics", context -> ApiJson.ok(statistics.document())),
        get("/v1/anomalies", context -> ApiJson.ok(anomalies.document())));
  }

  private static Endpoint get(String path, Function<ServiceRequestContext, HttpResponse> answer) {
    return new Endpoint(
        HttpMethod.GET, path, NO_LIMIT, (context, request) -> blocking(context, answer));
  }

  private static Endpoint post(String path, Function<ServiceRequestContext, HttpResponse> answer) {
    return new Endpoint(
        HttpMethod.POST, path, NO_LIMIT, (context, request) -> blocking(context, answer));
  }

  /** A host may look into its store. */
  private static HttpResponse blocking(
      ServiceRequestContext context, Function<ServiceRequestContext, HttpResponse> answer) {
    return HttpResponse.of(
        CompletableFuture.supplyAsync(() -> answer.apply(context), context.blockingTaskExecutor()));
  }

  /** Who asks, for the audit. */
  private static String caller(ServiceRequestContext context) {
    return Caller.of(context).name();
  }

  @Override
  public void openOn(ServerBuilder server) {
    ApiErrors errors = new ApiErrors();
    List<Endpoint> endpoints = endpoints();
    for (Endpoint endpoint : endpoints) {
      server
          .route()
          .path(endpoint.path().replace("{key}", "{*key}"))
          .methods(endpoint.methods())
          .maxRequestLength(endpoint.mostBytes())
          .requestTimeout(limits.patience())
          .errorHandler(errors)
          .build(
              (context, request) -> {
                requireType(request);
                return endpoint.handler().answer(context, request);
              });
    }
    server
        .route()
        .get("/openapi.json")
        .build(
            HttpFile.builder(ApiDoor.class.getClassLoader(), DESCRIPTION)
                .contentType(MediaType.JSON)
                .build()
                .asService());
    server
        .route()
        .pathPrefix("/v1/")
        .errorHandler(errors)
        .build((context, request) -> unknown(endpoints, request.method(), context.path()));
  }

  /** A type that is none would count as no type, and the body as JSON. */
  private static void requireType(HttpRequest request) {
    String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE);
    if (type != null && request.contentType() == null) {
      throw new RefusedException(
          Refusal.UNSUPPORTED_MEDIA,
          "content-type: '" + type + "' (expected: a media type, such as application/json)");
    }
  }

  private static HttpResponse unknown(List<Endpoint> endpoints, HttpMethod method, String path) {
    List<HttpMethod> others =
        endpoints.stream()
            .filter(endpoint -> matches(endpoint.path(), path))
            .flatMap(endpoint -> endpoint.methods().stream())
            .toList();
    if (others.isEmpty()) {
      return ApiErrors.of(
          HttpStatus.NOT_FOUND, path + ": unknown (expected: a path that /docs shows)", null);
    }
    String allowed = others.stream().map(HttpMethod::name).collect(Collectors.joining(", "));
    return ApiErrors.of(
            HttpStatus.METHOD_NOT_ALLOWED,
            method + " " + path + " (expected: " + allowed + ")",
            null)
        .mapHeaders(headers -> headers.withMutations(h -> h.set(HttpHeaderNames.ALLOW, allowed)));
  }

  private static boolean matches(String pattern, String path) {
    return path.matches(pattern.replace("{key}", ".+").replaceAll("\\{[a-z]+}", "[^/]+"));
  }
}
