package io.latentry.server.access;

import io.latentry.server.config.ServerConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Who could reach the service, and whether the config answers for that. */
public final class Exposure {
  private Exposure() {}

  /**
   * The address to listen on.
   *
   * @throws IllegalArgumentException if it is beyond this machine and the service would be open, or
   *     plain, without having been told so; or if it is no address
   */
  public static InetSocketAddress checked(ServerConfig config) {
    InetAddress address = address(config.host());
    if (!address.isLoopbackAddress()) {
      List<String> missing = new ArrayList<>();
      List<String> fixes = new ArrayList<>();
      if (!asksForCallers(config) && !config.access().allowUnauthenticated()) {
        missing.add("authentication");
        fixes.add(
            "make a key with 'latentry keys create NAME --role score --file keys.json' and name the"
                + " file with --api-keys, or say --allow-unauthenticated");
      }
      if (!config.tls().on() && !config.access().allowPlaintext()) {
        missing.add("TLS");
        fixes.add(
            "name a certificate and its key with --tls-certificate and --tls-key, or say"
                + " --allow-plaintext");
      }
      if (!missing.isEmpty()) {
        throw new IllegalArgumentException(
            "host: "
                + config.host()
                + ", which other machines reach, without "
                + String.join(" and ", missing)
                + " (expected: 127.0.0.1, or both); "
                + String.join("; ", fixes));
      }
    }
    return new InetSocketAddress(address, config.port());
  }

  /** Whether callers are told apart at all. */
  static boolean asksForCallers(ServerConfig config) {
    return config.access().apiKeys() != null || config.tls().mutual();
  }

  private static InetAddress address(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "host: '" + host + "' (expected: a name or an address of this machine)", e);
    }
  }
}
