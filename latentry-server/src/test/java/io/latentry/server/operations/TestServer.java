package io.latentry.server.operations;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.WebClientBuilder;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import io.latentry.server.LatentryServer;
import io.latentry.server.catalog.OneModelHost;
import io.latentry.server.config.LogFormat;
import io.latentry.server.config.LogLevel;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.log.EventLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A server with {@link TestDoor} on a free port, under some flags, and what it logged. */
public final class TestServer implements AutoCloseable {
  static final String MODEL = "golden";

  final OneModelHost models = OneModelHost.of(MODEL, OneModelHost.goldenArtifact());
  final Operations operations;
  final TestDoor door;
  private final LatentryServer server;
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();

  private TestServer(Map<String, String> flags) throws IOException {
    Map<String, String> all = new HashMap<>(flags);
    all.putIfAbsent("port", "0");
    all.putIfAbsent("shutdown.grace_millis", "2000");
    EventLog log =
        new EventLog(
            new PrintStream(logged, true, StandardCharsets.UTF_8),
            LogFormat.JSON,
            LogLevel.DEBUG,
            Clock.systemUTC());
    operations =
        Operations.of(
            ServerConfigReader.read(Optional.empty(), Map.of(), all),
            log,
            listener -> new OpenModels(models, name -> 7));
    door = new TestDoor(operations.host());
    server = LatentryServer.start(operations, List.of(door), models::close);
  }

  /**
   * @param flags key, value, key, value, ...
   */
  public static TestServer with(String... flags) {
    Map<String, String> byKey = new HashMap<>();
    for (int i = 0; i < flags.length; i += 2) {
      byKey.put(flags[i], flags[i + 1]);
    }
    try {
      return new TestServer(byKey);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.port();
  }

  String log() {
    return logged.toString(StandardCharsets.UTF_8);
  }

  WebClient client() {
    return client("http", builder -> {});
  }

  WebClient client(String scheme, Consumer<WebClientBuilder> more) {
    WebClientBuilder builder =
        WebClient.builder(scheme + "://127.0.0.1:" + port()).responseTimeoutMillis(20_000);
    more.accept(builder);
    return builder.build();
  }

  /**
   * @param headers name, value, name, value, ...
   */
  public AggregatedHttpResponse ask(HttpMethod method, String path, String... headers) {
    return send(method, path, new byte[0], headers);
  }

  /** The same over HTTP/1.1, whose Host header is what the caller says. */
  public AggregatedHttpResponse askByHttp1(HttpMethod method, String path, String... headers) {
    var all = RequestHeaders.builder(method, path);
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1]);
    }
    return client("h1c", more -> {}).execute(all.build()).aggregate().join();
  }

  AggregatedHttpResponse send(HttpMethod method, String path, byte[] body, String... headers) {
    var all = HttpHeaders.builder();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1]);
    }
    return client()
        .execute(
            HttpRequest.of(
                RequestHeaders.builder(method, path).add(all.build()).build(), HttpData.wrap(body)))
        .aggregate()
        .join();
  }

  @Override
  public void close() {
    door.letGo.countDown();
    server.close();
  }
}
