package io.latentry.server.api;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What a path names. */
final class Paths {
  private Paths() {}

  static String model(ServiceRequestContext context) {
    String name = context.pathParam("name");
    if (name == null) {
      throw new IllegalStateException("path without {name}");
    }
    return name;
  }

  /** Empty if the path names no version. */
  static OptionalInt version(ServiceRequestContext context) {
    String version = context.pathParam("version");
    return version == null ? OptionalInt.empty() : OptionalInt.of(number(version));
  }

  /** The version that the path names, or the champion. */
  static ModelLease lend(ModelHost host, ServiceRequestContext context) {
    return host.lend(model(context), version(context));
  }

  private static int number(@Nullable String version) {
    try {
      return Integer.parseInt(String.valueOf(version));
    } catch (NumberFormatException e) {
      throw new RefusedException(
          Refusal.UNKNOWN, "version: '" + version + "' (expected: a number, from 1)");
    }
  }
}
