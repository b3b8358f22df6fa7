package io.latentry.server.operations;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.server.door.TurnedAway;
import java.util.Locale;

/** By which door a request came, as logs and metrics name it. */
enum Doorway {
  API,
  OIP_HTTP,
  GRPC,
  METRICS,
  PAGE;

  static Doorway of(ServiceRequestContext context) {
    if (TurnedAway.isGrpc(context.request().headers())) {
      return GRPC;
    }
    String path = context.path();
    if (path.equals("/metrics")) {
      return METRICS;
    }
    return path.startsWith("/v1/")
        ? API
        : path.equals("/v2") || path.startsWith("/v2/") ? OIP_HTTP : PAGE;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
