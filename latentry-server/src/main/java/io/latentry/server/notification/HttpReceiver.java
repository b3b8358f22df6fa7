package io.latentry.server.notification;

import io.latentry.core.fault.FaultWords;
import io.latentry.server.config.PlacedYaml;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Posts JSON to one address: over TLS unless it is on this machine or plain text was allowed,
 * following no redirect, and for a bounded time. What it says of failures never holds the address,
 * which may be a secret, nor what was answered.
 */
final class HttpReceiver {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  private final Secret url;
  private final boolean allowPlaintext;
  private final String suffix;
  private final Duration patience;

  private HttpReceiver(Secret url, boolean allowPlaintext, String suffix, Duration patience) {
    this.url = url;
    this.allowPlaintext = allowPlaintext;
    this.suffix = suffix;
    this.patience = patience;
  }

  /**
   * Where {@code url}, {@code url_file} or {@code url_env} leads.
   *
   * @param suffix of the path
   * @throws IllegalArgumentException if that is no address that may be used
   */
  static HttpReceiver of(PlacedYaml of, String suffix, Map<String, String> environment) {
    Secret url =
        Secret.of(of, "url", true, environment)
            .orElseThrow(() -> of.wrong("no url (expected: url, url_file or url_env)"));
    HttpReceiver receiver = new HttpReceiver(url, of.flag("allow_plaintext"), suffix, PATIENCE);
    try {
      URI unused = receiver.address();
    } catch (IOException e) {
      throw of.wrong("url: " + e.getMessage());
    }
    return receiver;
  }

  /** The same with another time to answer in. */
  HttpReceiver within(Duration time) {
    return new HttpReceiver(url, allowPlaintext, suffix, time);
  }

  private URI address() throws IOException {
    URI uri;
    try {
      uri = new URI(url.value().replaceFirst("/+$", "") + suffix);
    } catch (URISyntaxException unquoted) {
      throw new IOException("no URL (expected: https://HOST/PATH)");
    }
    if (uri.getHost() == null || uri.getRawUserInfo() != null) {
      throw new IOException("no host, or a user in it (expected: https://HOST/PATH)");
    }
    boolean isHttps = "https".equalsIgnoreCase(uri.getScheme());
    boolean isHttp = "http".equalsIgnoreCase(uri.getScheme());
    if (!isHttps && !(isHttp && (allowPlaintext || isLoopback(uri.getHost())))) {
      throw new IOException(
          "neither https nor this machine (expected: https://HOST/PATH, or allow_plaintext: true)");
    }
    return uri;
  }

  private static boolean isLoopback(String host) {
    try {
      return host.equals("localhost")
          || (host.matches("[0-9.]+|\\[.*]") && InetAddress.getByName(host).isLoopbackAddress());
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * @throws DeliveryException if it is not answered with a status of success
   */
  void post(String json, Map<String, String> headers) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address())
            .timeout(patience)
            .header("content-type", "application/json")
            .header("user-agent", "Latentry")
            .POST(BodyPublishers.ofString(json, StandardCharsets.UTF_8));
    headers.forEach(request::header);
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request.build(), BodyHandlers.discarding());
    try {
      requireTaken(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      boolean unused = answer.cancel(true);
      throw new DeliveryException(
          "no answer within " + patience.toMillis() + " ms", Optional.empty());
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      // The kind alone: a message may quote the address.
      throw new DeliveryException(
          "cannot be reached (" + FaultWords.ofKind(cause) + ")", Optional.empty());
    } catch (InterruptedException e) {
      boolean unused = answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new DeliveryException("broken off", Optional.empty());
    }
  }

  private static void requireTaken(HttpResponse<Void> response) throws DeliveryException {
    int status = response.statusCode();
    if (status >= 200 && status < 300) {
      return;
    }
    if (status >= 300 && status < 400) {
      throw new DeliveryException(
          "status " + status + ": redirects are not followed; name where it leads as url",
          Optional.empty());
    }
    throw new DeliveryException(
        "status " + status,
        response.headers().firstValue("retry-after").flatMap(HttpReceiver::wait));
  }

  private static Optional<Duration> wait(String seconds) {
    if (!seconds.matches("[0-9]{1,6}")) {
      return Optional.empty();
    }
    Duration asked = Duration.ofSeconds(Long.parseLong(seconds));
    return Optional.of(asked.compareTo(LONGEST_WAIT) < 0 ? asked : LONGEST_WAIT);
  }
}
