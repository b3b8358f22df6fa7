package io.latentry.server.operations;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.WebClientBuilder;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import io.latentry.server.RunningService;
import io.latentry.server.serving.ModelHost;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A server with {@link TestDoor} on a free port, under some flags, and what it logged. */
public final class TestServer implements AutoCloseable {
  static final String MODEL = RunningService.MODEL;

  final TestDoor door;
  private final RunningService service;

  private TestServer(String... flags) {
    AtomicReference<TestDoor> opened = new AtomicReference<>();
    service =
        new RunningService(
            MODEL,
            Clock.systemUTC(),
            (config, operations, clock) -> {
              opened.set(new TestDoor(operations.host()));
              return List.of(opened.get());
            },
            flags);
    door = opened.get();
  }

  /**
   * @param flags key, value, key, value, ...
   */
  public static TestServer with(String... flags) {
    return new TestServer(flags);
  }

  ModelHost models() {
    return service.host();
  }

  public int port() {
    return service.port();
  }

  String log() {
    return service.log();
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
    service.close();
  }
}
