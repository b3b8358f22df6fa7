package io.latentry.cli.serve;

import io.latentry.cli.terminal.WrongUsage;
import io.latentry.client.ClientOptions;
import io.latentry.client.LatentryClient;
import io.latentry.client.Model;
import io.latentry.client.RefusedRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** Which running service, and which of its models, a command is about. */
final class ServiceOptions {
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

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The model; may be left out if the service has one alone.")
  private Optional<String> model = Optional.empty();

  /** Asks the service; what it refuses is wrong usage. */
  <T> T ask(Map<String, String> environment, Function<LatentryClient, T> question)
      throws IOException {
    String key = environment.getOrDefault(KEY_VARIABLE, "");
    ClientOptions options =
        key.isEmpty() ? ClientOptions.DEFAULTS : ClientOptions.DEFAULTS.withApiKey(key);
    try {
      return question.apply(LatentryClient.of(service, options));
    } catch (RefusedRequestException refused) {
      throw new WrongUsage("--service: " + service + ": " + refused.getMessage());
    } catch (UncheckedIOException away) {
      throw new IOException(
          "--service: " + away.getMessage() + " (expected: a service that runs there)", away);
    }
  }

  /** The model that is meant. */
  String model(LatentryClient client) {
    if (model.isPresent()) {
      return model.get();
    }
    List<String> names = client.models().stream().map(Model::name).toList();
    if (names.size() != 1) {
      throw new WrongUsage("--model: not given (expected: one of " + names + ")");
    }
    return names.get(0);
  }

  URI service() {
    return service;
  }
}
