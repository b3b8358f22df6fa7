package io.latentry.cli.serve;

import io.latentry.cli.terminal.WrongUsage;
import io.latentry.client.LatentryClient;
import io.latentry.client.Model;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which of the models of a running service a command is about. */
final class ModelOptions extends ServiceOptions {
  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The model; may be left out if the service has one alone.")
  private Optional<String> model = Optional.empty();

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
}
