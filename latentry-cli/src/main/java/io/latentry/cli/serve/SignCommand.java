package io.latentry.cli.serve;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.scoring.SigningKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Vouches for models, so that who opens them can tell whose they are. */
@Command(
    name = "sign",
    description = "Signs models, or makes the pair of keys for it.",
    footer = {
      "",
      "The signature (Ed25519) covers all that is read of a model, and stays in its file.",
      "Moving the threshold in the file takes it away: sign again.",
      "",
      "Examples:",
      "  latentry sign --new-key release.key",
      "  latentry sign model.onnx --key release.key",
      "  latentry score model.onnx data.csv -o scores.csv --trust release.key.pub"
    })
public final class SignCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "MODEL", arity = "0..*", description = "Model files that fit wrote.")
  private List<Path> models = List.of();

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The private key; the public one lies beside it, as FILE.pub.")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--new-key",
      paramLabel = "FILE",
      description = "Make a pair: FILE for who signs, FILE.pub for who opens.")
  private Optional<Path> newKey = Optional.empty();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public SignCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (newKey.isPresent() == key.isPresent() || models.isEmpty() == key.isPresent()) {
      throw new WrongUsage("sign: MODEL and --key, or --new-key alone (expected: one of the two)");
    }
    CommandOutput output = new CommandOutput(terminal, options);
    if (newKey.isPresent()) {
      Path file = newKey.get();
      String name = SigningKeys.create(file);
      output.result(
          "key " + name + ": " + file + " signs, " + file + ".pub is to be given to who opens",
          Map.of("key", name, "private", file.toString(), "public", file + ".pub"));
      output.next("sign MODEL --key " + Wording.quoted(file));
      return ExitCode.OK.number();
    }
    SigningKeys keys = read(key.orElseThrow());
    for (Path model : models) {
      keys.sign(model);
    }
    output.result(
        "signed by key "
            + keys.name()
            + ": "
            + String.join(", ", models.stream().map(Path::toString).toList()),
        Map.of("key", keys.name(), "signed", models.stream().map(Path::toString).toList()));
    output.next(
        "inspect "
            + Wording.quoted(models.get(0))
            + " --trust "
            + Wording.quoted(key.get() + ".pub"));
    return ExitCode.OK.number();
  }

  private static SigningKeys read(Path file) throws IOException {
    try {
      return SigningKeys.read(file);
    } catch (IllegalArgumentException refused) {
      throw new WrongUsage("--key: " + refused.getMessage());
    }
  }
}
