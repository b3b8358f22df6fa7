package io.latentry.cli;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import io.latentry.core.fault.FaultWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The config that a command has where {@code --config} names none: the file that {@link #VARIABLE}
 * names, otherwise the one in the working folder that is called as expected. {@code serve} has a
 * file of its own, and its settings have variables of their own.
 */
final class ConfigDiscovery implements IDefaultValueProvider {
  /** A file for those that look at data, or {@link #OFF} for none. */
  static final String VARIABLE = "LATENTRY_CONFIG";

  static final String OFF = "off";

  static final String OF_FITS = "latentry.yaml";
  static final String OF_THE_SERVICE = "latentry-server.yaml";

  private static final String OPTION = "--config";

  /** Those whose {@code --config} is that of a fit or of a service; elsewhere it is another's. */
  private static final Map<String, String> FILES =
      Map.of(
          "plan", OF_FITS,
          "compare", OF_FITS,
          "clean", OF_FITS,
          "sweep", OF_FITS,
          "monitor-training", OF_FITS,
          "fit", OF_FITS,
          "serve", OF_THE_SERVICE);

  private final Map<String, String> environment;
  private final Path workingFolder;

  /**
   * @param environment variables of the process
   * @param workingFolder as a path from which what is found is named; empty for the process's own
   */
  ConfigDiscovery(Map<String, String> environment, Path workingFolder) {
    this.environment = environment;
    this.workingFolder = workingFolder;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option && Arrays.asList(option.names()).contains(OPTION)
        ? found(option.command()).orElse(null)
        : null;
  }

  /** Says on standard error which file holds, if {@code command} was not told of it. */
  void tell(ParseResult command, Terminal terminal) {
    if (command.hasMatchedOption(OPTION)) {
      return;
    }
    Optional<String> found = found(command.commandSpec());
    if (OF_THE_SERVICE.equals(FILES.get(command.commandSpec().name()))) {
      found.ifPresent(file -> requireOwn(Path.of(file), command));
    }
    found.ifPresent(
        file ->
            new CommandOutput(terminal, options(command.commandSpec()))
                .notice("config: " + file + why(command.commandSpec())));
  }

  /** Nobody named it, and it says who may reach the service: it has to be the user's own. */
  private static void requireOwn(Path file, ParseResult command) {
    try {
      boolean hasModes = file.getFileSystem().supportedFileAttributeViews().contains("posix");
      if (!hasModes) {
        return;
      }
      Set<PosixFilePermission> modes = Files.getPosixFilePermissions(file);
      String owner = Files.getOwner(file).getName();
      boolean own = List.of("root", System.getProperty("user.name", "")).contains(owner);
      if (!own
          || modes.contains(PosixFilePermission.GROUP_WRITE)
          || modes.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw new ParameterException(
            command.commandSpec().commandLine(),
            "%s: of %s, %s (expected: your own, which no other may write, since nobody named it); name it by --config, or set %s=%s"
                .formatted(file, owner, PosixFilePermissions.toString(modes), VARIABLE, OFF));
      }
    } catch (IOException e) {
      throw new ParameterException(
          command.commandSpec().commandLine(), file + ": " + FaultWords.of(e), e);
    }
  }

  private Optional<String> found(CommandSpec command) {
    String name = FILES.get(command.name());
    String told = environment.getOrDefault(VARIABLE, "");
    if (name == null || told.equals(OFF)) {
      return Optional.empty();
    }
    if (!told.isEmpty() && name.equals(OF_FITS)) {
      return Optional.of(told);
    }
    Path file = workingFolder.resolve(name);
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(file.toString())
        : Optional.empty();
  }

  private String why(CommandSpec command) {
    return OF_FITS.equals(FILES.get(command.name()))
            && !environment.getOrDefault(VARIABLE, "").isEmpty()
        ? " (" + VARIABLE + ")"
        : " (found here; " + VARIABLE + "=" + OFF + " leaves it)";
  }

  private static GlobalOptions options(CommandSpec command) {
    return command.mixins().values().stream()
        .map(CommandSpec::userObject)
        .filter(GlobalOptions.class::isInstance)
        .map(GlobalOptions.class::cast)
        .findFirst()
        .orElseGet(GlobalOptions::new);
  }
}
