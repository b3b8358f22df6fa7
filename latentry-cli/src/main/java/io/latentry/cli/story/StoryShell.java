package io.latentry.cli.story;

import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.ThisProgram;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs the few commands that a story has, in its folder, as a shell would: {@code latentry}, with
 * {@code &} behind a service; {@code curl}, {@code mkdir -p}, {@code cp}, {@code sleep} and {@code
 * kill %1}. So that a story runs wherever Java does.
 */
final class StoryShell implements AutoCloseable {
  /** Where the page has the service; in truth it takes a port that is free. */
  private static final String SERVICE = "http://localhost:8080";

  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");
  private static final Pattern SERVING = Pattern.compile("serving (http://[^,\\s]+)");

  /**
   * A story that hangs is one that failed; the longest command of one takes three minutes on two
   * cores.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  /** What a command that has found something ends with, and 0. */
  private static final Set<Integer> FINDINGS =
      Set.of(
          ExitCode.OK.number(),
          ExitCode.DRIFT_FOUND.number(),
          ExitCode.CHALLENGER_REFUSED.number());

  private final Path folder;
  private final Duration patience;
  private @Nullable Process service;
  private String address = SERVICE;

  StoryShell(Path folder) {
    this(folder, PATIENCE);
  }

  /**
   * @param patience for each command and answer, and for the start and the end of a service
   */
  StoryShell(Path folder, Duration patience) {
    this.folder = folder.toAbsolutePath();
    this.patience = patience;
  }

  /**
   * What a command ended with, and said on standard output.
   *
   * @param out lines, each with its end
   */
  record Said(int exitCode, String out) {}

  /**
   * @throws IOException if it fails, with what it said
   */
  Said run(String command) throws IOException, InterruptedException {
    List<String> words = words(command);
    List<String> arguments = words.subList(1, words.size());
    return switch (words.get(0)) {
      case "latentry" ->
          arguments.get(arguments.size() - 1).equals("&")
              ? serve(arguments.subList(0, arguments.size() - 1))
              : latentry(command, arguments);
      case "curl" -> curl(command, arguments);
      case "mkdir" -> {
        Path unused = Files.createDirectories(folder.resolve(arguments.get(1)));
        yield new Said(0, "");
      }
      case "cp" -> {
        Path from = folder.resolve(arguments.get(0));
        Path to = folder.resolve(arguments.get(1));
        Path unused =
            Files.copy(
                from,
                Files.isDirectory(to) ? to.resolve(from.getFileName()) : to,
                StandardCopyOption.REPLACE_EXISTING);
        yield new Said(0, "");
      }
      case "sleep" -> {
        TimeUnit.SECONDS.sleep(Long.parseLong(arguments.get(0)));
        yield new Said(0, "");
      }
      case "kill" -> {
        endService();
        yield new Said(0, "");
      }
      default -> throw new IllegalArgumentException(words.get(0) + ": no command of a story");
    };
  }

  /** Quotes keep words together. */
  static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(command);
    while (word.find()) {
      for (int group = 1; group <= word.groupCount(); group++) {
        if (word.group(group) != null) {
          words.add(word.group(group));
        }
      }
    }
    return words;
  }

  private Said latentry(String command, List<String> arguments)
      throws IOException, InterruptedException {
    Path out = folder.resolve(".out");
    Path errors = folder.resolve(".errors");
    Process process = start(arguments, out, errors);
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(
            "%s: not done within %d s: %s"
                .formatted(command, patience.toSeconds(), Files.readString(errors).strip()));
      }
      int exitCode = process.exitValue();
      if (!FINDINGS.contains(exitCode)) {
        throw new IOException(
            "%s: ended with %d: %s".formatted(command, exitCode, Files.readString(errors).strip()));
      }
      return new Said(exitCode, Files.readString(out));
    } finally {
      end(process);
      Files.deleteIfExists(out);
      Files.deleteIfExists(errors);
      Files.deleteIfExists(optionsFile());
    }
  }

  private Said serve(List<String> arguments) throws IOException, InterruptedException {
    Path out = folder.resolve(".serve");
    List<String> anyPort = new ArrayList<>(arguments);
    anyPort.addAll(List.of("--port", "0"));
    Process process = start(anyPort, out, folder.resolve("serve.log"));
    service = process;
    for (int tries = 0; tries < patience.toMillis() / 100 && process.isAlive(); tries++) {
      String said = Files.readString(out);
      Matcher serving = SERVING.matcher(said);
      if (serving.find() && said.endsWith("\n")) {
        address = serving.group(1);
        return new Said(0, said.replace(address, SERVICE));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IOException(
        "serve: not ready within %d s: %s"
            .formatted(
                patience.toSeconds(), Files.readString(folder.resolve("serve.log")).strip()));
  }

  private Process start(List<String> arguments, Path out, Path errors) throws IOException {
    List<String> options = new ArrayList<>(ThisProgram.mostMemory());
    options.add("-Dlatentry.command=latentry");
    List<String> actual =
        arguments.stream().map(argument -> argument.replace(SERVICE, address)).toList();
    ProcessBuilder builder =
        new ProcessBuilder(ThisProgram.command(optionsFile(), options, actual))
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile());
    builder.environment().put("COLUMNS", "100");
    // A config that the machine has is no part of the story either.
    builder.environment().put("LATENTRY_CONFIG", "off");
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  /** The options of the Java of a child. They are the machine's, and no part of the story. */
  private Path optionsFile() {
    return folder.resolve(".java");
  }

  private Said curl(String command, List<String> arguments)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder().timeout(patience);
    String method = "GET";
    HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.noBody();
    @Nullable Path target = null;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      switch (argument) {
        case "--request" -> method = arguments.get(++i);
        case "--header" -> {
          String[] header = arguments.get(++i).split(":\\s*", 2);
          request.header(header[0], header[1]);
        }
        case "--json" -> {
          request.header("Content-Type", "application/json");
          body = HttpRequest.BodyPublishers.ofString(arguments.get(++i));
          method = method.equals("GET") ? "POST" : method;
        }
        case "--upload-file" ->
            body = HttpRequest.BodyPublishers.ofFile(folder.resolve(arguments.get(++i)));
        case "-o" -> target = folder.resolve(arguments.get(++i));
        default -> request.uri(URI.create(argument.replace(SERVICE, address)));
      }
    }
    request.method(method, body);
    HttpResponse<byte[]> answer;
    try {
      answer =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .build()
              .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (HttpTimeoutException e) {
      throw new IOException(
          "%s: not answered within %d s".formatted(command, patience.toSeconds()), e);
    }
    if (answer.statusCode() >= 400) {
      throw new IOException(
          "%s: %d: %s"
              .formatted(
                  command,
                  answer.statusCode(),
                  new String(answer.body(), StandardCharsets.UTF_8).strip()));
    }
    if (target != null) {
      Path unused = Files.write(target, answer.body());
      return new Said(0, "");
    }
    return new Said(0, new String(answer.body(), StandardCharsets.UTF_8));
  }

  /** Ends the service, if there is one, and leaves nothing that is not the story's. */
  @Override
  public void close() {
    // What an interruption finds open is ended in good order as well.
    boolean interrupted = Thread.interrupted();
    try {
      endService();
      Files.deleteIfExists(optionsFile());
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (IOException leftBehind) {
      // A file that nobody reads any more.
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void endService() throws IOException, InterruptedException {
    @Nullable Process running = service;
    if (running != null) {
      service = null;
      end(running);
      Files.deleteIfExists(folder.resolve(".serve"));
    }
  }

  private void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      Process unused = process.destroyForcibly();
    }
  }
}
