package io.latentry.server.access;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.latentry.server.config.KeyRole;
import io.latentry.server.door.TurnedAway;
import java.util.Locale;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request through if its caller may, by {@link AccessRules}. A caller is told by an API key
 * where keys are in use, otherwise by a certificate where those are asked for; otherwise everybody
 * is the same local caller. Metadata of gRPC are headers, so one rule does for both.
 */
public final class Authentication extends SimpleDecoratingHttpService {
  private static final String KEY_HEADER = "x-api-key";
  private static final String BEARER = "bearer ";

  private final @Nullable KeyRing keys;
  private final Optional<KeyRole> certificates;

  /**
   * @param keys null if none are in use
   * @param certificates what a client with a certificate may do; empty if none are asked for
   */
  public Authentication(HttpService door, @Nullable KeyRing keys, Optional<KeyRole> certificates) {
    super(door);
    this.keys = keys;
    this.certificates = certificates;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    Optional<KeyRole> needed = AccessRules.needed(context.method(), context.path());
    Optional<Caller> caller = callerOf(context, request.headers());
    caller.orElse(Caller.ANONYMOUS).callerOf(context);
    if (needed.isEmpty()) {
      return unwrap().serve(context, request);
    }
    if (caller.isEmpty()) {
      return TurnedAway.refuse(
          context,
          HttpStatus.UNAUTHORIZED,
          "key: missing or not a good one (expected: Authorization: Bearer KEY, or X-API-Key: KEY);"
              + " the operator makes one with 'latentry keys create'");
    }
    KeyRole role = caller.get().role();
    if (!role.includes(needed.get())) {
      return TurnedAway.refuse(
          context,
          HttpStatus.FORBIDDEN,
          "role: "
              + word(role)
              + " of '"
              + caller.get().name()
              + "' (expected: "
              + word(needed.get())
              + ")");
    }
    if (AccessRules.isStream(context.path())) {
      Caller.lookAgainLater(
          context,
          () ->
              callerOf(context, request.headers())
                  .filter(later -> later.role().includes(needed.get()))
                  .isPresent());
    }
    return unwrap().serve(context, request);
  }

  private Optional<Caller> callerOf(ServiceRequestContext context, RequestHeaders headers) {
    if (keys != null) {
      return givenKey(headers)
          .flatMap(keys::entryOf)
          .map(entry -> new Caller(entry.name(), entry.role()));
    }
    return certificates.isPresent()
        ? Optional.of(new Caller(subject(context.sslSession()), certificates.get()))
        : Optional.of(Caller.LOCAL);
  }

  private static Optional<String> givenKey(RequestHeaders headers) {
    @Nullable String authorization = headers.get(HttpHeaderNames.AUTHORIZATION);
    if (authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      return Optional.of(authorization.substring(BEARER.length()).trim());
    }
    return Optional.ofNullable(headers.get(KEY_HEADER)).map(String::trim);
  }

  /** The common name in a certificate that the handshake has checked already. */
  private static String subject(@Nullable SSLSession session) {
    if (session == null) {
      throw new IllegalStateException("certificate: no TLS on this connection");
    }
    try {
      String name = session.getPeerPrincipal().getName();
      return new LdapName(name)
          .getRdns().stream()
              .filter(part -> part.getType().equalsIgnoreCase("CN"))
              .map(part -> String.valueOf(part.getValue()))
              .findFirst()
              .orElse(name);
    } catch (SSLPeerUnverifiedException | InvalidNameException e) {
      throw new IllegalStateException("certificate: of no known name", e);
    }
  }

  private static String word(KeyRole role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
