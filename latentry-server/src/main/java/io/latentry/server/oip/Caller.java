package io.latentry.server.oip;

import com.linecorp.armeria.server.ServiceRequestContext;

/** Who asks for something that is written down. */
final class Caller {
  private Caller() {}

  static String of(ServiceRequestContext context) {
    return "anonymous";
  }
}
