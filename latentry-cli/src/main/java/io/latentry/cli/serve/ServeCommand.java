package io.latentry.cli.serve;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.server.Service;
import io.latentry.server.config.ServerConfig;
import io.latentry.server.config.ServerConfigReader;
import io.latentry.server.log.EventLog;
import io.latentry.server.log.LibraryLog;
import io.latentry.server.serving.ModelVersion;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Answers over HTTP and gRPC until it is told to end. */
@Command(
    name = "serve",
    description = "Serves models over HTTP and gRPC: every NAME.onnx in a folder is model NAME.",
    footer = {
      "",
      "Flags lie over the environment (LATENTRY_SERVER_PORT, ...), which lies over --config.",
      "--print-config shows every key. SIGTERM and Ctrl-C let requests under way finish.",
      "",
      "Examples:",
      "  latentry serve --models models",
      "  latentry serve --models models --port 9000 --api-keys keys.json",
      "  latentry serve --models /read/only --set store.folder=store",
      "  latentry serve --config server.yaml --set limits.request_bytes=1000000 --print-config"
    })
public final class ServeCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Map<String, String> environment;

  @Option(
      names = "--config",
      paramLabel = "FILE.yaml",
      description =
          "Every setting, as YAML. Default: latentry-server.yaml in this folder, if there is one.")
  private Optional<Path> configFile = Optional.empty();

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "Folder of models. Default: models.")
  private Optional<String> models = Optional.empty();

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "0 for any that is free. Default: 8080.")
  private Optional<String> port = Optional.empty();

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "Where to listen. Default: 127.0.0.1, this machine alone.")
  private Optional<String> host = Optional.empty();

  @Option(
      names = "--store",
      paramLabel = "URL",
      description = "Database of the registry. Default: a file in the folder of models.")
  private Optional<String> store = Optional.empty();

  @Option(
      names = "--api-keys",
      paramLabel = "FILE",
      description = "Ask for a key of this file, which 'latentry keys create' makes.")
  private Optional<String> apiKeys = Optional.empty();

  @Option(names = "--tls-certificate", paramLabel = "FILE", description = "PEM.")
  private Optional<String> certificate = Optional.empty();

  @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM, without a password.")
  private Optional<String> key = Optional.empty();

  @Option(
      names = "--tls-client-ca",
      paramLabel = "FILE",
      description = "PEM; lets in only clients with a certificate of it.")
  private Optional<String> clientCa = Optional.empty();

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description = "PEM of public keys; serve only models that one of them signed.")
  private Optional<String> trust = Optional.empty();

  @Option(
      names = "--allow-unauthenticated",
      description = "Listen beyond this machine without asking who calls.")
  private boolean allowUnauthenticated;

  @Option(
      names = "--allow-plaintext",
      description = "Listen beyond this machine without encryption.")
  private boolean allowPlaintext;

  @Option(
      names = "--log-format",
      paramLabel = "F",
      description = "json or text. Default: text on a terminal, otherwise json.")
  private Optional<String> logFormat = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any other key, such as limits.request_bytes=1000000.")
  private Map<String, String> more = Map.of();

  @Option(names = "--print-config", description = "Print the settled config and end.")
  private boolean printConfig;

  @Mixin private final GlobalOptions options = new GlobalOptions();

  /**
   * @param environment variables that may hold settings
   */
  public ServeCommand(Terminal terminal, Map<String, String> environment) {
    this.terminal = terminal;
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    CommandOutput output = new CommandOutput(terminal, options);
    ServerConfig config = config();
    if (printConfig) {
      output.result(
          ServerConfigReader.toYaml(config).stripTrailing(), ServerConfigReader.toMap(config));
      return ExitCode.OK.number();
    }
    Termination termination = Termination.heard();
    EventLog log = EventLog.of(config.log(), terminal.err(), terminal.errorIsTerminal());
    LibraryLog.writeTo(log);
    try (Service service = started(config, log)) {
      String url =
          (config.tls().certificate() == null ? "http" : "https")
              + "://"
              + (config.host().contains(":") ? "[" + config.host() + "]" : config.host())
              + ":"
              + service.port();
      List<ModelVersion> versions = service.versions();
      output.result(text(config, url, versions), document(url, versions));
      termination.await();
      output.notice("ending: requests under way finish first");
    }
    return ExitCode.OK.number();
  }

  private ServerConfig config() throws IOException {
    Map<String, String> flags = new LinkedHashMap<>(more);
    models.ifPresent(value -> flags.put("models", value));
    port.ifPresent(value -> flags.put("port", value));
    host.ifPresent(value -> flags.put("host", value));
    store.ifPresent(value -> flags.put("store.url", value));
    apiKeys.ifPresent(value -> flags.put("access.api_keys", value));
    certificate.ifPresent(value -> flags.put("tls.certificate", value));
    key.ifPresent(value -> flags.put("tls.key", value));
    trust.ifPresent(value -> flags.put("trust.keys", value));
    clientCa.ifPresent(value -> flags.put("tls.client_ca", value));
    logFormat.ifPresent(value -> flags.put("log.format", value));
    if (allowUnauthenticated) {
      flags.put("access.allow_unauthenticated", "true");
    }
    if (allowPlaintext) {
      flags.put("access.allow_plaintext", "true");
    }
    try {
      return ServerConfigReader.read(configFile, environment, flags);
    } catch (IllegalArgumentException refusal) {
      throw new WrongUsage(String.valueOf(refusal.getMessage()));
    }
  }

  private static Service started(ServerConfig config, EventLog log) throws IOException {
    try {
      return Service.start(config, log, new ChildTrainer());
    } catch (IllegalArgumentException refusal) {
      throw new WrongUsage(String.valueOf(refusal.getMessage()));
    } catch (CompletionException failure) {
      if (isOfPort(failure)) {
        throw new IOException(
            "port: "
                + config.port()
                + " at "
                + config.host()
                + " cannot be had (expected: one that is free, on an address of this machine);"
                + " choose another with --port, or any with --port 0",
            failure);
      }
      throw failure;
    }
  }

  private static boolean isOfPort(Throwable failure) {
    for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
      // Netty's own kinds, of the system's calls, say it in their message alone.
      if (at instanceof BindException || String.valueOf(at.getMessage()).contains("bind(")) {
        return true;
      }
    }
    return false;
  }

  private static String text(ServerConfig config, String url, List<ModelVersion> versions) {
    long models = versions.stream().map(ModelVersion::name).distinct().count();
    long ready = champions(versions, ModelVersion.State.READY);
    long unproven = champions(versions, ModelVersion.State.UNPROVEN);
    TextTable table = new TextTable(Integer.MAX_VALUE);
    for (ModelVersion version : versions) {
      if (version.role() != ModelVersion.Role.RETIRED) {
        table.row(
            "  " + version.name(),
            "version " + version.version(),
            Wording.word(version.role()),
            Wording.word(version.state()),
            version.reason());
      }
    }
    String served =
        versions.isEmpty()
            ? "no model yet: put NAME.onnx into " + config.models()
            : ready
                + " of "
                + Wording.count(models, "model", "models")
                + " ready"
                + (unproven == 0 ? "" : ", " + unproven + " checked and proven when asked for");
    return "serving " + url + ", " + served + (versions.isEmpty() ? "" : "\n" + table.text(""));
  }

  private static long champions(List<ModelVersion> versions, ModelVersion.State state) {
    return versions.stream()
        .filter(version -> version.role() == ModelVersion.Role.CHAMPION)
        .filter(version -> version.state() == state)
        .count();
  }

  private static Map<String, Object> document(String url, List<ModelVersion> versions) {
    return Map.of(
        "url",
        url,
        "models",
        versions.stream()
            .map(
                version ->
                    Map.of(
                        "name", version.name(),
                        "version", version.version(),
                        "role", Wording.word(version.role()),
                        "state", Wording.word(version.state()),
                        "reason", version.reason()))
            .toList());
  }
}
