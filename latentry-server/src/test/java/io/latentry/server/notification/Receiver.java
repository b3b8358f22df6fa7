package io.latentry.server.notification;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/** An HTTP server that keeps what it was sent, and may refuse. */
final class Receiver implements AutoCloseable {
  private final HttpServer server;
  private final List<Got> got = new ArrayList<>();
  private final Deque<Integer> answers = new ArrayDeque<>();
  private volatile int usual = 200;
  private volatile String retryAfter = "";

  /** A request that was answered with {@code status}. */
  record Got(String path, Map<String, String> headers, String body, int status) {
    JsonNode json() {
      try {
        return Notice.JSON.readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  Receiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work);
              thread.setDaemon(true);
              return thread;
            }));
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
    int status;
    synchronized (this) {
      status = answers.isEmpty() ? usual : answers.poll();
      got.add(new Got(exchange.getRequestURI().toString(), headers, body, status));
      if (status == 302) {
        exchange.getResponseHeaders().add("location", "http://127.0.0.1:1/elsewhere");
      }
      if (!retryAfter.isEmpty()) {
        exchange.getResponseHeaders().add("retry-after", retryAfter);
      }
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  /** The next requests are answered so; afterwards as usual. */
  synchronized void answer(int... statuses) {
    for (int status : statuses) {
      answers.add(status);
    }
  }

  void usually(int status) {
    usual = status;
  }

  void asksToWait(String seconds) {
    retryAfter = seconds;
  }

  synchronized List<Got> got() {
    return List.copyOf(got);
  }

  /** Those that were answered as taken. */
  List<Got> taken() {
    return got().stream().filter(request -> request.status() == 200).toList();
  }

  int port() {
    return server.getAddress().getPort();
  }

  String url() {
    return "http://127.0.0.1:" + port() + "/hook";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
