package io.latentry.cli.serve;

import io.latentry.cli.terminal.WrongUsage;
import io.latentry.client.ClientOptions;
import io.latentry.client.LatentryClient;
import io.latentry.client.RefusedRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** Which running service a command is about. */
class ServiceOptions {
  /** Holds the API key, since every user of the machine sees a command line. */
  static final String KEY_VARIABLE = "LATENTRY_API_KEY";

  @Option(
      names = "--service",
      paramLabel = "URL",
      required = true,
      description = {
        "A running service, such as http://localhost:8080.",
        "The key, if it asks for one, is taken from LATENTRY_API_KEY."
      })
  private URI service = URI.create("http://localhost:8080");

  /** Asks the service; what it refuses is wrong usage. */
  <T> T ask(Map<String, String> environment, Function<LatentryClient, T> question)
      throws IOException {
    return ask(environment, ClientOptions.DEFAULTS, question);
  }

  /**
   * The same.
   *
   * @param usual without the key
   */
  <T> T ask(
      Map<String, String> environment, ClientOptions usual, Function<LatentryClient, T> question)
      throws IOException {
    String key = environment.getOrDefault(KEY_VARIABLE, "");
    ClientOptions options = key.isEmpty() ? usual : usual.withApiKey(key);
    try {
      return question.apply(LatentryClient.of(service, options));
    } catch (RefusedRequestException refused) {
      throw new WrongUsage("--service: " + service + ": " + refused.getMessage());
    } catch (UncheckedIOException away) {
      throw new IOException(
          "--service: " + away.getMessage() + " (expected: a service that runs there)", away);
    }
  }

  URI service() {
    return service;
  }
}
