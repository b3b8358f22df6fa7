package io.latentry.server.registry;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** How whoever holds a lock is told to those who cannot have it. */
final class Holder {
  static final String UNKNOWN = "it does not say which";

  private Holder() {}

  /** This process; of 63 letters PostgreSQL keeps the first ones. */
  static String name() {
    return "process " + ProcessHandle.current().pid() + " on " + host();
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "a host without a name";
    }
  }
}
