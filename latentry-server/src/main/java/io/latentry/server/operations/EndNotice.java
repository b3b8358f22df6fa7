package io.latentry.server.operations;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import java.util.Set;

/** While the service ends, says so to whoever asks whether it is ready; the rest is answered. */
final class EndNotice extends SimpleDecoratingHttpService {
  private static final Set<String> QUESTIONS =
      Set.of(
          "/v2/health/ready",
          "/inference.GRPCInferenceService/ServerReady",
          "/grpc.health.v1.Health/Check");

  private final Readiness readiness;

  EndNotice(HttpService door, Readiness readiness) {
    super(door);
    this.readiness = readiness;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    return readiness.ends() && QUESTIONS.contains(context.path())
        ? Refusals.refuse(context, HttpStatus.SERVICE_UNAVAILABLE, "the service is about to end")
        : unwrap().serve(context, request);
  }
}
