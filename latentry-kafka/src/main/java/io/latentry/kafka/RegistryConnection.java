package io.latentry.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.core.fault.FaultWords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a registry over HTTP, within a time and a size. What may pass is asked again; what only a
 * person can mend, such as a wrong address or user, is told at once. Thread-safe.
 */
final class RegistryConnection {
  private static final int ATTEMPTS = 4;
  private static final int MOST_BYTES = 4 << 20;

  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int TIMED_OUT = 408;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  /**
   * What a registry says with 404: no such subject, version, schema. Any other 404 is no word of
   * one.
   */
  private static final Set<Integer> ABSENT = Set.of(40401, 40402, 40403);

  private final String url;
  private final Optional<String> credentials;
  private final Duration wait;
  private final Duration pause;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();

  /**
   * @param credentials of HTTP's basic scheme, as {@code user:password}; never told
   * @param wait for one whole answer
   * @param pause before the second attempt, doubled before each further one
   * @throws IllegalArgumentException if it is no address of HTTP, or has a user in it
   */
  RegistryConnection(String url, Optional<String> credentials, Duration wait, Duration pause) {
    if (url.indexOf('@') >= 0) {
      // Not quoted: behind the user stands a password.
      throw new IllegalArgumentException(
          "schema-registry: an address with a user (expected: one without; the user is"
              + " basic.auth.user.info=USER:PASSWORD in --config)");
    }
    String scheme;
    try {
      URI address = URI.create(url);
      scheme = address.getHost() == null ? "" : String.valueOf(address.getScheme());
    } catch (IllegalArgumentException broken) {
      scheme = "";
    }
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException(
          "schema-registry: '%s' (expected: an address such as http://localhost:8081)"
              .formatted(url));
    }
    this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    this.credentials = credentials;
    this.wait = wait;
    this.pause = pause;
  }

  /**
   * What the registry answers; empty if it says that there is none.
   *
   * @param what is asked for, as it is told
   * @throws UncheckedIOException if it cannot be had, with what to do
   */
  Optional<JsonNode> ask(String path, String what) {
    IOException last = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        if (attempt > 0) {
          Thread.sleep(pause.toMillis() << (attempt - 1));
        }
        HttpResponse<byte[]> response = exchange(path);
        if (!mayPass(response.statusCode())) {
          return answer(response, what);
        }
        last = new IOException("status %d (expected: 200)".formatted(response.statusCode()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UncheckedIOException(new IOException("interrupted while it asked the registry"));
      } catch (IOException e) {
        last = e;
      }
    }
    throw fault(
        "no answer on %s after %d attempts: %s; check --schema-registry"
            .formatted(what, ATTEMPTS, last == null ? "" : FaultWords.of(last)),
        last);
  }

  private static boolean mayPass(int status) {
    return status >= SERVER_ERROR || status == TIMED_OUT || status == TOO_MANY;
  }

  private Optional<JsonNode> answer(HttpResponse<byte[]> response, String what) {
    int status = response.statusCode();
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      throw fault(
          "status %d on %s (expected: 200); check the user, which is basic.auth.user.info=USER:PASSWORD in --config"
              .formatted(status, what),
          null);
    }
    JsonNode answer = json(response.body());
    if (status == NOT_FOUND && ABSENT.contains(answer.path("error_code").asInt())) {
      return Optional.empty();
    }
    if (status != OK) {
      throw fault(
          "status %d on %s (expected: 200, or 404 with a registry's error_code); check the address and its path in --schema-registry"
              .formatted(status, what),
          null);
    }
    if (!answer.path("schema").isTextual()) {
      throw fault(
          "an answer on %s without a schema (expected: JSON of a schema registry); check the address and its path in --schema-registry"
              .formatted(what),
          null);
    }
    return Optional.of(answer);
  }

  /** Of no JSON, nothing. */
  private JsonNode json(byte[] body) {
    try {
      return json.readTree(body);
    } catch (IOException none) {
      return json.missingNode();
    }
  }

  /** Its words stand alone, without the failure as its cause: the innermost is what is told. */
  private UncheckedIOException fault(String words, @Nullable Exception why) {
    IOException told = new IOException("schema registry " + url + ": " + words);
    if (why != null) {
      told.addSuppressed(why);
    }
    return new UncheckedIOException(told);
  }

  /** The whole of it has {@link #wait}: a request's own timeout ends with the headers. */
  private HttpResponse<byte[]> exchange(String path) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    credentials.ifPresent(
        secret ->
            request.header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8))));
    CompletableFuture<HttpResponse<byte[]>> response =
        http.sendAsync(request.build(), headers -> new BoundedBody());
    try {
      return response.get(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw new HttpTimeoutException("no answer in time");
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      throw cause instanceof IOException io ? io : new IOException(cause);
    } finally {
      // Ends the connection of an exchange that is under way, and does nothing to one that is over.
      boolean unused = response.cancel(true);
    }
  }

  /** At most {@link #MOST_BYTES}. */
  private static final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
    private final HttpResponse.BodySubscriber<byte[]> whole =
        HttpResponse.BodySubscribers.ofByteArray();
    private Flow.@Nullable Subscription subscription;
    private long bytes;

    @Override
    public CompletionStage<byte[]> getBody() {
      return whole.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      whole.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        bytes += buffer.remaining();
      }
      if (bytes <= MOST_BYTES) {
        whole.onNext(buffers);
        return;
      }
      if (subscription != null) {
        subscription.cancel();
      }
      whole.onError(new IOException("an answer of more than %,d bytes".formatted(MOST_BYTES)));
    }

    @Override
    public void onError(Throwable failure) {
      whole.onError(failure);
    }

    @Override
    public void onComplete() {
      whole.onComplete();
    }
  }
}
