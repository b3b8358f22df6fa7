package io.latentry.server.oip.grpc;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.latentry.server.access.AccessRules;
import io.latentry.server.door.TurnedAway;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a call whose metadata gRPC could not read, which would else be an internal error: a value
 * of a {@code -bin} field that is no Base64, a deadline that is none, an unknown packing. Keeps
 * calls to the service's own limit of time.
 */
final class MetadataGuard extends SimpleDecoratingHttpService {
  private static final Pattern TIMEOUT = Pattern.compile("[0-9]{1,8}[HMSmun]");
  private static final Pattern NO_TIME = Pattern.compile("0+[HMSmun]");
  private static final Pattern COMMA = Pattern.compile(",");
  private static final Set<String> PACKINGS = Set.of("identity", "gzip");

  MetadataGuard(HttpService calls) {
    super(calls);
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    @Nullable String packing = request.headers().get("grpc-encoding");
    if (packing != null && !PACKINGS.contains(packing)) {
      return TurnedAway.refuse(
          context,
          HttpStatus.UNSUPPORTED_MEDIA_TYPE,
          "grpc-encoding: '" + packing + "' (expected: gzip or identity)");
    }
    List<String> timeouts = request.headers().getAll("grpc-timeout");
    for (String timeout : timeouts) {
      if (timeouts.size() > 1 || !TIMEOUT.matcher(timeout).matches()) {
        return refused(
            context,
            "grpc-timeout: '" + String.join("', '", timeouts) + "'",
            "1 to 8 digits and H, M, S, m, u or n, once");
      }
      if (NO_TIME.matcher(timeout).matches()) {
        // Armeria would take it for no limit.
        return TurnedAway.refuse(
            context,
            HttpStatus.GATEWAY_TIMEOUT,
            "grpc-timeout: '" + timeout + "' (expected: some time to answer in)");
      }
    }
    for (Map.Entry<? extends CharSequence, String> field : request.headers()) {
      if (field.getKey().toString().endsWith("-bin") && !isBase64(field.getValue())) {
        return refused(context, "metadata '" + field.getKey() + "': no Base64", "such, for -bin");
      }
    }
    long most = context.requestTimeoutMillis();
    HttpResponse response = unwrap().serve(context, request);
    if (!AccessRules.isStream(context.path())) {
      limit(context, most);
    }
    return response;
  }

  /**
   * A caller may ask for less time than the service gives, and not for more; Armeria gives as much
   * as is asked for, and any to whoever asks for none.
   */
  private static void limit(ServiceRequestContext context, long most) {
    long given = context.requestTimeoutMillis();
    if (most > 0 && (given <= 0 || given > most)) {
      context.setRequestTimeoutMillis(TimeoutMode.SET_FROM_START, most);
    }
  }

  private static HttpResponse refused(ServiceRequestContext context, String got, String rule) {
    return TurnedAway.refuse(context, HttpStatus.BAD_REQUEST, got + " (expected: " + rule + ")");
  }

  private static boolean isBase64(String values) {
    try {
      for (String value : COMMA.split(values, -1)) {
        Object unused = Base64.getDecoder().decode(value);
      }
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
