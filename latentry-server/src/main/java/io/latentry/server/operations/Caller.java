package io.latentry.server.operations;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, for the audit and the log.
 *
 * @param name of the key, or of the client's certificate, or one of the two below
 */
public record Caller(String name, KeyRole role) {
  /** Somebody on this machine, where neither keys nor client certificates are in use. */
  static final Caller LOCAL = new Caller("local", KeyRole.ADMIN);

  /** Somebody who gave no key where none is needed. */
  static final Caller ANONYMOUS = new Caller("anonymous", KeyRole.READ);

  private static final AttributeKey<Caller> ATTRIBUTE =
      AttributeKey.valueOf(Caller.class, "CALLER");

  /** The caller of a request; {@code local} on a server that does not ask. */
  public static Caller of(ServiceRequestContext context) {
    @Nullable Caller caller = context.attr(ATTRIBUTE);
    return caller == null ? LOCAL : caller;
  }

  void callerOf(ServiceRequestContext context) {
    context.setAttr(ATTRIBUTE, this);
  }
}
