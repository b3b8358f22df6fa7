package io.latentry.cli.serve;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.server.access.ApiKey;
import io.latentry.server.access.ApiKeyFile;
import io.latentry.server.config.KeyRole;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes, lists and revokes the keys that a service asks for. */
@Command(
    name = "keys",
    description = "Makes, lists and revokes the API keys of a service.",
    synopsisSubcommandLabel = "create|list|revoke",
    footer = {
      "",
      "A key is printed once, when it is made; the file keeps a hash of it.",
      "A running service reads the file again when it changes.",
      "",
      "Examples:",
      "  latentry keys create line-7 --role score --file keys.json",
      "  latentry keys list --file keys.json",
      "  latentry keys revoke line-7 --file keys.json"
    })
public final class KeysCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec
  @SuppressWarnings("NullAway.Init") // filled by picocli before call()
  private CommandSpec spec;

  public KeysCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The file of keys, mixed into every subcommand. */
  static final class KeyFile {
    @Option(
        names = "--file",
        paramLabel = "FILE",
        description = "File of keys; only its owner may read it. Default: keys.json.")
    private Path path = Path.of("keys.json");

    private ApiKeyFile open() {
      return new ApiKeyFile(path, Clock.systemUTC(), new SecureRandom());
    }
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "keys: nothing to do (expected: create, list or revoke)");
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Makes a key and prints it, this once.")
  int create(
      @Parameters(paramLabel = "NAME", description = "Who has the key, for log and audit.")
          String name,
      @Option(
              names = "--role",
              paramLabel = "R",
              required = true,
              description = "read, score (reads too) or admin (may do everything).")
          KeyRole role,
      @Mixin KeyFile file,
      @Mixin GlobalOptions own)
      throws IOException {
    String key = checked(() -> file.open().create(name, role));
    CommandOutput output = new CommandOutput(terminal, own);
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", name);
    document.put("role", Wording.word(role));
    document.put("key", key);
    output.result(key, document);
    output.notice(
        "kept in " + file.path + ": its name and a hash; the key itself is shown nowhere again");
    output.next("serve --api-keys " + Wording.quoted(file.path));
    return ExitCode.OK.number();
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists every key.")
  int list(@Mixin KeyFile file, @Mixin GlobalOptions own) throws IOException {
    List<ApiKey> keys = checked(() -> file.open().keys());
    TextTable table = new TextTable(Integer.MAX_VALUE).row("name", "role", "created", "revoked");
    keys.forEach(
        key ->
            table.row(
                key.name(),
                Wording.word(key.role()),
                key.created().toString(),
                key.revoked().map(Object::toString).orElse("")));
    new CommandOutput(terminal, own)
        .result(table.text(""), Map.of("keys", keys.stream().map(KeysCommand::document).toList()));
    return ExitCode.OK.number();
  }

  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      description = "Makes a key worthless, for good.")
  int revoke(
      @Parameters(paramLabel = "NAME", description = "Whose key.") String name,
      @Mixin KeyFile file,
      @Mixin GlobalOptions own)
      throws IOException {
    Object unused =
        checked(
            () -> {
              file.open().revoke(name);
              return name;
            });
    new CommandOutput(terminal, own).result("revoked: " + name, Map.of("revoked", name));
    return ExitCode.OK.number();
  }

  private static Map<String, Object> document(ApiKey key) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", key.name());
    document.put("role", Wording.word(key.role()));
    document.put("created", key.created().toString());
    key.revoked().ifPresent(when -> document.put("revoked", when.toString()));
    return document;
  }

  /** What a file of keys refuses, is wrong usage. */
  private static <T> T checked(FileUse<T> use) throws IOException {
    try {
      return use.use();
    } catch (IllegalArgumentException refusal) {
      throw new WrongUsage(String.valueOf(refusal.getMessage()));
    }
  }

  private interface FileUse<T> {
    T use() throws IOException;
  }
}
