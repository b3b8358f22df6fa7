package io.latentry.server;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import java.net.InetSocketAddress;
import java.util.List;

/** A running service. Closing it lets requests under way finish. */
public final class LatentryServer implements AutoCloseable {
  private final Server server;

  private LatentryServer(Server server) {
    this.server = server;
  }

  /**
   * Listens on {@code address}, and returns when it does.
   *
   * @throws java.util.concurrent.CompletionException if the port cannot be had
   */
  public static LatentryServer start(InetSocketAddress address, List<Door> doors) {
    ServerBuilder builder = Server.builder().http(address);
    doors.forEach(door -> door.openOn(builder));
    Server server = builder.build();
    server.start().join();
    return new LatentryServer(server);
  }

  /** The port that it listens on; of use when 0 was asked for. */
  public int port() {
    return server.activeLocalPort();
  }

  @Override
  public void close() {
    server.stop().join();
  }
}
