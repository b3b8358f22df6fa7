package io.latentry.cli.serve;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.server.oip.TritonRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a model for another server. */
@Command(
    name = "export",
    description = "Writes a model into a repository that NVIDIA's Triton serves.",
    footer = {
      "",
      "DIR gets NAME/VERSION/model.onnx and NAME/config.pbtxt. The inputs are those of the model file,",
      "numeric and categorical; the score above the threshold of `inspect` is an anomaly. Of a series",
      "the input is window: the caller keeps the last points of each key, and smooths the scores.",
      "",
      "Examples:",
      "  latentry export model.onnx --triton repository",
      "  latentry export model.onnx --triton repository --name payments --version 2"
    })
public final class ExportCommand implements Callable<Integer> {
  private static final String SUFFIX = ".onnx";

  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A model file that fit wrote.")
  private Path model = Path.of("");

  @Option(
      names = "--triton",
      required = true,
      paramLabel = "DIR",
      description = "The model repository; made if it is not there.")
  private Path folder = Path.of("");

  @Option(names = "--name", paramLabel = "NAME", description = "Default: that of the file.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--version", paramLabel = "N", description = "Default: 1.")
  private int version = 1;

  @Option(names = "--force", description = "Replace a version that is there.")
  private boolean force;

  /** Its own, since its --version takes the place of the one that comes with --help. */
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  @SuppressWarnings("unused") // The parser reads it.
  private boolean help;

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public ExportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** One JSON document; keys become snake_case. */
  record Document(
      String name,
      int version,
      String model,
      String config,
      String modelId,
      List<String> inputs,
      List<String> outputs) {}

  @Override
  public Integer call() throws IOException {
    String called = name.orElseGet(this::nameOfFile);
    TritonRepository.Exported exported;
    try {
      exported = new TritonRepository(folder).add(model, called, version, force);
    } catch (IllegalArgumentException refusal) {
      throw new WrongUsage(String.valueOf(refusal.getMessage()));
    }
    String text =
        new TextTable(Integer.MAX_VALUE)
            .row("model", called + ", version " + version + ", id " + exported.modelId())
            .row("takes", String.join(", ", exported.inputs()))
            .row("gives", String.join(", ", exported.outputs()))
            .row("written", exported.model() + ", " + exported.config())
            .text("");
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(
        text,
        new Document(
            called,
            version,
            exported.model().toString(),
            exported.config().toString(),
            exported.modelId(),
            exported.inputs(),
            exported.outputs()));
    output.next("inspect " + Wording.quoted(model));
    return ExitCode.OK.number();
  }

  private String nameOfFile() {
    String file = String.valueOf(model.getFileName());
    return file.endsWith(SUFFIX) ? file.substring(0, file.length() - SUFFIX.length()) : file;
  }
}
