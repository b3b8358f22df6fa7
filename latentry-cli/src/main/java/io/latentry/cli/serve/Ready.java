package io.latentry.cli.serve;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/**
 * {@code Ready URL}: ends with 0 if the service there is ready and with 1 if not, for containers
 * that have nothing else to ask with. On its own, so that it takes a tenth of a second.
 */
public final class Ready {
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private Ready() {}

  public static void main(String[] arguments) {
    System.exit(isReady(URI.create(arguments[0])) ? 0 : 1);
  }

  static boolean isReady(URI service) {
    try {
      HttpURLConnection asked =
          (HttpURLConnection) service.resolve("/v2/health/ready").toURL().openConnection();
      asked.setConnectTimeout((int) PATIENCE.toMillis());
      asked.setReadTimeout((int) PATIENCE.toMillis());
      return asked.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException notThere) {
      return false;
    }
  }
}
