package io.latentry.server.access;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.latentry.server.door.TurnedAway;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where no key is asked for, a browser on this machine may reach the service, and any page that it
 * shows may make it do so. Two things give such a page away: it names its origin, and a name that
 * was turned to this machine is not the machine's own.
 */
public final class BrowserGuard extends SimpleDecoratingHttpService {
  private static final Set<HttpMethod> HARMLESS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  /** Names that only this machine can have, with any port or none. */
  private static final Pattern THIS_MACHINE =
      Pattern.compile(
          "(([^:]*\\.)?localhost|\\[::1]|127(\\.[0-9]{1,3}){3})(:[0-9]*)?",
          Pattern.CASE_INSENSITIVE);

  private final boolean onLoopback;
  private final Set<String> origins;

  /**
   * @param onLoopback whether only this machine can reach the service
   * @param origins of pages that may
   */
  public BrowserGuard(HttpService door, boolean onLoopback, Set<String> origins) {
    super(door);
    this.onLoopback = onLoopback;
    this.origins = origins;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    String authority = String.valueOf(request.authority());
    if (onLoopback && !THIS_MACHINE.matcher(authority).matches()) {
      return TurnedAway.refuse(
          context,
          HttpStatus.MISDIRECTED_REQUEST,
          // What was given is not told: where nothing was, it is this machine's own name.
          "host: another than this machine's own (expected: localhost or 127.0.0.1)");
    }
    @Nullable String origin = request.headers().get(HttpHeaderNames.ORIGIN);
    if (origin != null
        && !HARMLESS.contains(request.method())
        && !origin.endsWith("://" + authority)
        && !origins.contains(origin)) {
      return TurnedAway.refuse(
          context,
          HttpStatus.FORBIDDEN,
          "origin: '" + origin + "' (expected: a page of this service, or one of cors_origins)");
    }
    return unwrap().serve(context, request);
  }
}
