package io.latentry.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Asks a service whatever its description names, and what the Open Inference Protocol has. */
final class EveryRoute {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> OF_THE_PROTOCOL =
      List.of(
          "GET /v2",
          "GET /v2/health/live",
          "GET /v2/health/ready",
          "GET /v2/models/golden",
          "GET /v2/models/golden/ready",
          "POST /v2/models/golden/infer",
          "POST /v2/repository/index",
          "POST /v2/repository/models/golden/load",
          "GET /metrics");

  private final WebClient client;

  EveryRoute(int port) {
    this.client =
        WebClient.builder("http://127.0.0.1:" + port).responseTimeoutMillis(30_000).build();
  }

  /** The answers, by method and path; bodies are {@code {}}, and ids are of nothing. */
  Map<String, AggregatedHttpResponse> answers() throws IOException {
    List<String> routes = new ArrayList<>(OF_THE_PROTOCOL);
    JsonNode described =
        JSON.readTree(client.get("/openapi.json").aggregate().join().contentUtf8());
    for (Map.Entry<String, JsonNode> route : described.path("paths").properties()) {
      String path =
          route
              .getKey()
              .replace("{name}", RunningService.MODEL)
              .replaceAll("\\{(version|id)}", "1")
              .replaceAll("\\{[a-z_]+}", "k");
      for (Map.Entry<String, JsonNode> method : route.getValue().properties()) {
        if (!method.getKey().equals("parameters") && !path.endsWith("/unload")) {
          routes.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path);
        }
      }
    }
    Map<String, AggregatedHttpResponse> answers = new TreeMap<>();
    for (String route : routes) {
      answers.put(route, ask(route, "{}"));
    }
    return answers;
  }

  /**
   * @param route such as {@code GET /v1/models}
   */
  AggregatedHttpResponse ask(String route, String body) {
    String[] methodAndPath = route.split(" ", 2);
    HttpMethod method = HttpMethod.valueOf(methodAndPath[0]);
    var headers = RequestHeaders.builder(method, methodAndPath[1]);
    return method == HttpMethod.GET || method == HttpMethod.DELETE
        ? client.execute(headers.build()).aggregate().join()
        : client.execute(headers.contentType(MediaType.JSON).build(), body).aggregate().join();
  }
}
