package io.latentry.kafka.job;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** {@code /metrics}, {@code /health/live} and {@code /health/ready}, for this machine alone. */
final class JobEndpoints implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads;

  private JobEndpoints(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * @param port 0 for any that is free
   */
  static JobEndpoints start(
      int port, Supplier<byte[]> metrics, BooleanSupplier alive, BooleanSupplier ready)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException taken) {
      throw new IOException(
          "port: "
              + port
              + " cannot be had (expected: one that is free); choose another with"
              + " --metrics-port, or any with 0",
          taken);
    }
    var unused =
        server.createContext(
            "/metrics",
            exchange ->
                answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.get()));
    health(server, "/health/live", alive);
    health(server, "/health/ready", ready);
    ExecutorService threads =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread thread = new Thread(work, "latentry-endpoints");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.start();
    return new JobEndpoints(server, threads);
  }

  private static void health(HttpServer server, String path, BooleanSupplier holds) {
    var unused =
        server.createContext(
            path,
            exchange -> {
              boolean well = holds.getAsBoolean();
              byte[] body = (well ? "ok\n" : "no\n").getBytes(StandardCharsets.UTF_8);
              answer(exchange, well ? 200 : 503, "text/plain; charset=utf-8", body);
            });
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }
}
