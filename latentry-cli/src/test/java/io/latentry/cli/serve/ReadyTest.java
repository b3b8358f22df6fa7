package io.latentry.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ReadyTest {
  @Test
  void aServiceIsReadyWhenItSaysSo() throws Exception {
    AtomicInteger status = new AtomicInteger(503);
    HttpServer service =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext(
        "/v2/health/ready",
        exchange -> {
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    service.start();
    URI at = URI.create("http://127.0.0.1:" + service.getAddress().getPort());
    try {
      assertThat(Ready.isReady(at)).isFalse();
      status.set(200);
      assertThat(Ready.isReady(at)).isTrue();
    } finally {
      service.stop(0);
    }
    assertThat(Ready.isReady(at)).isFalse();
  }
}
