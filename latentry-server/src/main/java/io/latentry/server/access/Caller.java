package io.latentry.server.access;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.server.config.KeyRole;
import io.netty.util.AttributeKey;
import java.util.function.BooleanSupplier;
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

  private static final AttributeKey<BooleanSupplier> STILL_LET_IN =
      AttributeKey.valueOf(Caller.class, "STILL_LET_IN");

  /** The caller of a request; {@code local} on a server that does not ask. */
  public static Caller of(ServiceRequestContext context) {
    @Nullable Caller caller = context.attr(ATTRIBUTE);
    return caller == null ? LOCAL : caller;
  }

  /**
   * Whether whoever sent a request that goes on for long may have it still: a key may be revoked
   * meanwhile. True where no key was needed.
   */
  public static boolean isStillLetIn(ServiceRequestContext context) {
    @Nullable BooleanSupplier look = context.attr(STILL_LET_IN);
    return look == null || look.getAsBoolean();
  }

  /**
   * @param look whether the caller would be let in now
   */
  static void lookAgainLater(ServiceRequestContext context, BooleanSupplier look) {
    context.setAttr(STILL_LET_IN, look);
  }

  void callerOf(ServiceRequestContext context) {
    context.setAttr(ATTRIBUTE, this);
  }
}
