package io.latentry.server.oip.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.server.access.Caller;
import io.latentry.server.door.BrokenJson;
import io.latentry.server.door.Door;
import io.latentry.server.door.PackedBody;
import io.latentry.server.door.RequestThread;
import io.latentry.server.oip.OpenInference;
import io.latentry.server.oip.TritonConfig;
import io.latentry.server.oip.tensor.BadInput;
import io.latentry.server.oip.tensor.InferenceRequest;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The Open Inference Protocol over HTTP, with the binary tensor data extension, and Triton's routes
 * for repository, statistics and configuration.
 *
 * @see <a
 *     href="https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md">the
 *     specification</a>
 */
public final class OipHttpDoor implements Door {
  /** The length of the JSON in front of binary elements. */
  public static final String JSON_LENGTH = "Inference-Header-Content-Length";

  private final OpenInference inference;
  private final JsonMapper json;

  public OipHttpDoor(OpenInference inference) {
    this.inference = inference;
    this.json = RestRequest.format(inference.limits());
  }

  @Override
  public void openOn(ServerBuilder server) {
    server.service("/v2", get(context -> RestViews.server()));
    server.service("/v2/health/live", (context, request) -> live(request));
    server.service("/v2/health/ready", (context, request) -> serverReady(context, request));
    for (String model : List.of("/v2/models/{model}", "/v2/models/{model}/versions/{version}")) {
      server.service(model, get(c -> RestViews.model(inference.card(model(c), version(c)))));
      server.service(model + "/ready", (context, request) -> modelReady(context, request));
      server.service(
          model + "/config",
          get(c -> RestViews.config(TritonConfig.of(inference.card(model(c), version(c))))));
      server.service(
          model + "/stats",
          get(c -> RestViews.statistics(inference.statistics(model(c), version(c)))));
      server.service(model + "/infer", this::infer);
    }
    server.service(
        "/v2/models/stats",
        get(c -> RestViews.statistics(inference.statistics("", OptionalInt.empty()))));
    server.service("/v2/repository/index", post(this::index));
    server.service("/v2/repository/models/{model}/load", post(this::load));
    server.service("/v2/repository/models/{model}/unload", post(this::unload));
    server.serviceUnder(
        "/v2/",
        (context, request) ->
            failed(
                new RefusedException(
                    Refusal.UNKNOWN,
                    request.method()
                        + " "
                        + context.path()
                        + ": no such route (expected: one of the Open Inference Protocol)")));
  }

  private HttpResponse infer(ServiceRequestContext context, HttpRequest request) {
    return answer(
        () -> {
          requireMethod("POST", request);
          requireReadable(request);
          OptionalInt version = version(context);
          return request
              .aggregate()
              .thenCompose(
                  // Whoever notes what a request is about looks for its context.
                  context.makeContextAware(
                      (AggregatedHttpRequest body) -> {
                        Executor worker =
                            PackedBody.isPacked(encoding(body.headers()))
                                ? context.blockingTaskExecutor()
                                : RequestThread.of(context, body.content().length());
                        return CompletableFuture.supplyAsync(
                                () -> read(context, version, body), worker)
                            .thenCompose(
                                read ->
                                    inference
                                        .infer(
                                            read.inference(),
                                            Duration.ofMillis(context.requestTimeoutMillis()))
                                        .thenApplyAsync(
                                            answer -> written(RestAnswer.of(answer, read)),
                                            worker));
                      }));
        });
  }

  private RestRequest read(
      ServiceRequestContext context, OptionalInt version, AggregatedHttpRequest body) {
    return RestRequest.read(
        json,
        model(context),
        version,
        PackedBody.unpacked(
            body.content().array(), encoding(body.headers()), context.maxRequestLength()),
        body.headers().get(JSON_LENGTH));
  }

  private static @Nullable String encoding(RequestHeaders headers) {
    return headers.get(HttpHeaderNames.CONTENT_ENCODING);
  }

  private static HttpResponse written(RestAnswer answer) {
    return answer.hasBinary()
        ? HttpResponse.of(
            ResponseHeaders.of(
                HttpStatus.OK,
                HttpHeaderNames.CONTENT_TYPE,
                MediaType.OCTET_STREAM,
                JSON_LENGTH,
                answer.jsonLength()),
            HttpData.wrap(answer.body()))
        : HttpResponse.of(HttpStatus.OK, MediaType.JSON, HttpData.wrap(answer.body()));
  }

  /** Answered on the event loop: however busy all threads are, the service lives. */
  private static HttpResponse live(HttpRequest request) {
    return answer(
        () -> {
          requireLook(request);
          return CompletableFuture.completedFuture(HttpResponse.ofJson(Map.of("live", true)));
        });
  }

  private HttpResponse serverReady(ServiceRequestContext context, HttpRequest request) {
    return answer(
        () -> {
          requireLook(request);
          return CompletableFuture.supplyAsync(
              () -> {
                boolean ready = inference.isReady();
                return health(ready, Map.of("ready", ready));
              },
              context.blockingTaskExecutor());
        });
  }

  private HttpResponse modelReady(ServiceRequestContext context, HttpRequest request) {
    return answer(
        () -> {
          requireLook(request);
          return CompletableFuture.supplyAsync(
              () -> {
                boolean ready = inference.isReady(model(context), version(context));
                return health(ready, Map.of("name", model(context), "ready", ready));
              },
              context.blockingTaskExecutor());
        });
  }

  private static HttpResponse health(boolean ready, Object view) {
    return HttpResponse.ofJson(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE, view);
  }

  private Object index(ServiceRequestContext context, JsonNode body) {
    return RestViews.index(inference.index(body.path("ready").asBoolean(false)));
  }

  private Object load(ServiceRequestContext context, JsonNode body) {
    if (!body.path("parameters").isEmpty()) {
      throw new RefusedException(Refusal.UNSUPPORTED, OpenInference.NO_LOAD_PARAMETERS);
    }
    inference.load(model(context), Caller.of(context).name());
    return Map.of();
  }

  private Object unload(ServiceRequestContext context, JsonNode body) {
    inference.unload(model(context), Caller.of(context).name());
    return Map.of();
  }

  /** A view that a GET gives, made off the event loop: the host may look into its store. */
  private static HttpService get(Function<ServiceRequestContext, Object> view) {
    return (context, request) ->
        answer(
            () -> {
              requireLook(request);
              return CompletableFuture.supplyAsync(
                  () -> HttpResponse.ofJson(view.apply(context)), context.blockingTaskExecutor());
            });
  }

  /** What is done by a POST, with a JSON object or nothing in the body. */
  private HttpService post(Action action) {
    return (context, request) ->
        answer(
            () -> {
              requireMethod("POST", request);
              requireReadable(request);
              return request
                  .aggregate()
                  .thenApplyAsync(
                      body -> HttpResponse.ofJson(action.run(context, object(body))),
                      context.blockingTaskExecutor());
            });
  }

  /** What a POST does, and the view that it gives. */
  private interface Action {
    Object run(ServiceRequestContext context, JsonNode body);
  }

  private JsonNode object(AggregatedHttpRequest body) {
    if (body.content().isEmpty()) {
      return json.createObjectNode();
    }
    try (JsonParser parser = json.createParser(body.content().toStringUtf8())) {
      JsonNode read = parser.readValueAsTree();
      if (read != null && read.isObject() && parser.nextToken() == null) {
        return read;
      }
    } catch (JsonProcessingException malformed) {
      throw new RefusedException(
          BrokenJson.refusal(malformed),
          "body: " + BrokenJson.reason(malformed) + " (expected: a JSON object, or nothing)",
          malformed);
    } catch (IOException impossible) {
      throw new IllegalStateException("a request in memory cannot be read", impossible);
    }
    throw BadInput.of("body: no JSON object", "a JSON object, or nothing");
  }

  /** The server leaves the body out of the answer to a HEAD. */
  private static void requireLook(HttpRequest request) {
    if (request.method() != HttpMethod.HEAD) {
      requireMethod("GET", request);
    }
  }

  private static void requireMethod(String method, HttpRequest request) {
    if (!request.method().name().equals(method)) {
      throw new RefusedException(
          Refusal.UNKNOWN, request.method() + " " + request.path() + " (expected: " + method + ")");
    }
  }

  /**
   * Refuses forms and plain text too: a browser sends those across sites without asking, and nobody
   * else has to.
   */
  private static void requireReadable(HttpRequest request) {
    String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE);
    MediaType media = request.contentType();
    boolean readable =
        type == null
            || (media != null
                && (media.belongsTo(MediaType.JSON.withoutParameters())
                    || media.belongsTo(MediaType.OCTET_STREAM)));
    if (!readable) {
      throw new RefusedException(
          Refusal.UNSUPPORTED_MEDIA,
          "Content-Type: '" + type + "' (expected: application/json, application/octet-stream)");
    }
    PackedBody.requireReadable(encoding(request.headers()));
  }

  private static String model(ServiceRequestContext context) {
    return String.valueOf(context.pathParam("model"));
  }

  private static OptionalInt version(ServiceRequestContext context) {
    String version = context.pathParam("version");
    return version == null ? OptionalInt.empty() : InferenceRequest.version(version);
  }

  /** The response, or the error that says why there is none. */
  private static HttpResponse answer(Supplier<CompletionStage<HttpResponse>> work) {
    try {
      return HttpResponse.of(work.get().exceptionally(OipHttpDoor::failed));
    } catch (RefusedException refused) {
      return failed(refused);
    }
  }

  private static HttpResponse failed(Throwable failure) {
    return RestErrors.response(OpenInference.cause(failure));
  }
}
