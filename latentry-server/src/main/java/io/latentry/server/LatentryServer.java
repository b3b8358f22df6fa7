package io.latentry.server;

import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.latentry.server.door.Door;
import io.latentry.server.operations.Operations;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A running service. Closing it lets requests under way finish. */
public final class LatentryServer implements AutoCloseable {
  /**
   * How long the threads go on once every connection is closed, for what is said to them late. Two
   * seconds, as netty has it, and two more for the port's own thread, would delay every restart.
   */
  private static final Duration QUIET = Duration.ofMillis(100);

  private static final Duration MOST_QUIET = Duration.ofSeconds(15);

  private final Server server;
  private final Runnable beforeEnd;
  private final Runnable afterEnd;

  private LatentryServer(Server server, Runnable beforeEnd, Runnable afterEnd) {
    this.server = server;
    this.beforeEnd = beforeEnd;
    this.afterEnd = afterEnd;
  }

  /**
   * Listens as {@code operations} say: where, to whom, and within which limits. It returns when it
   * does.
   *
   * @param afterEnd what is put away when nobody asks any more
   * @throws java.util.concurrent.CompletionException if the port cannot be had
   * @throws IllegalArgumentException if a file of certificates is none
   * @throws IOException if it cannot be read
   */
  public static LatentryServer start(Operations operations, List<Door> doors, Runnable afterEnd)
      throws IOException {
    ServerBuilder builder = Server.builder();
    operations.openOn(builder);
    doors.forEach(door -> door.openOn(builder));
    EventLoopGroup threads =
        EventLoopGroups.builder()
            .numThreads(Runtime.getRuntime().availableProcessors())
            .gracefulShutdown(QUIET, MOST_QUIET)
            .build();
    builder.workerGroup(threads, true);
    builder.bossGroupFactory(port -> threads);
    Server server = builder.build();
    server.start().join();
    return new LatentryServer(
        server,
        operations::announceEnd,
        () -> {
          try {
            operations.end();
          } finally {
            afterEnd.run();
          }
        });
  }

  /** The port that it listens on; of use when 0 was asked for. */
  public int port() {
    return server.activeLocalPort();
  }

  @Override
  public void close() {
    beforeEnd.run();
    server.close();
    afterEnd.run();
  }
}
