package io.latentry.client;

import java.time.Duration;
import java.util.Optional;

/**
 * How a client behaves.
 *
 * @param apiKey sent with every request; empty if the service asks for none
 * @param connectTimeout to the service
 * @param requestTimeout of one try
 * @param retries how often a request is sent again that the service was too busy for
 * @param longestPause between two tries; a service that asks for a longer one is not asked again
 */
public record ClientOptions(
    Optional<String> apiKey,
    Duration connectTimeout,
    Duration requestTimeout,
    int retries,
    Duration longestPause) {

  /** No key, 5 seconds to connect, 30 for a request, 3 retries, pauses of up to 10 seconds. */
  public static final ClientOptions DEFAULTS =
      new ClientOptions(
          Optional.empty(),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          3,
          Duration.ofSeconds(10));

  public ClientOptions {
    if (retries < 0) {
      throw new IllegalArgumentException("retries: " + retries + " (expected: 0 or more)");
    }
  }

  public ClientOptions withApiKey(String key) {
    return new ClientOptions(
        Optional.of(key), connectTimeout, requestTimeout, retries, longestPause);
  }

  public ClientOptions withRequestTimeout(Duration timeout) {
    return new ClientOptions(apiKey, connectTimeout, timeout, retries, longestPause);
  }

  /** No retries for 0. */
  public ClientOptions withRetries(int times) {
    return new ClientOptions(apiKey, connectTimeout, requestTimeout, times, longestPause);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "ClientOptions[apiKey="
        + (apiKey.isPresent() ? "***" : "none")
        + ", connectTimeout="
        + connectTimeout
        + ", requestTimeout="
        + requestTimeout
        + ", retries="
        + retries
        + ", longestPause="
        + longestPause
        + "]";
  }
}
