package io.latentry.server.api;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.List;

/**
 * One thing that the API can be asked.
 *
 * @param path with {@code {name}} and {@code {version}} where a request says which, and {@code
 *     {key}} where it ends in one or more parts of a key
 * @param mostBytes of the body; 0 for no limit
 */
record Endpoint(HttpMethod method, String path, long mostBytes, Handler handler) {

  /**
   * What can be looked at can be asked for its headers alone, for which the server cuts the body.
   */
  List<HttpMethod> methods() {
    return method == HttpMethod.GET ? List.of(method, HttpMethod.HEAD) : List.of(method);
  }

  /** Answers a request. What it throws, and what its answer fails with, becomes an error. */
  interface Handler {
    HttpResponse answer(ServiceRequestContext context, HttpRequest request);
  }
}
