package io.latentry.cli.fit;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.DataArguments;
import io.latentry.cli.terminal.DeviceOption;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Shown;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Trains;
import io.latentry.cli.terminal.Wording;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.compare.ComparePipeline;
import io.latentry.pipeline.compare.CompareRequest;
import io.latentry.pipeline.compare.Comparison;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.training.config.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains the family on one split and says which model suits the data. */
@Command(
    name = "compare",
    description = "Trains every model on the same rows, measures them, and recommends one.",
    footer = {
      "",
      "Takes the options of fit; what its config sets holds for all models.",
      "ELBO and bound are in nats a row, on normal rows that no model saw; higher is better.",
      "",
      "Examples:",
      "  latentry compare normal.csv",
      "  latentry compare all.csv --label status --normal ok --models plain,vamp,flow-prior"
    })
public final class CompareCommand implements Callable<Integer>, Trains {
  private static final String ALL = "all";
  private static final String NONE = "-";

  private final Terminal terminal;

  @Mixin private final DataArguments in = new DataArguments();

  @Option(
      names = "--models",
      paramLabel = "NAME,...",
      split = ",",
      description = "Which models: all (default), or names as fit --model takes them.")
  private List<String> models = List.of(ALL);

  @Mixin private final FitOptions fit = new FitOptions();
  @Mixin private final DeviceOption device = new DeviceOption();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public CompareCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    fit.refuseModel("compare takes --models");
    FitConfig config = fit.config();
    CompareRequest request =
        new CompareRequest(
            in.data(),
            StandardInput.spooled(terminal.in(), Path.of(System.getProperty("java.io.tmpdir"))),
            config,
            variants());
    device.choose();
    Comparison comparison;
    try (StageProgress progress = new StageProgress(terminal, options)) {
      comparison = new ComparePipeline(progress, terminal.nanoClock()).compare(request);
    }
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(text(comparison), comparison);
    output.next(next(config, comparison));
    return ExitCode.OK.number();
  }

  private List<Variant> variants() {
    if (models.equals(List.of(ALL))) {
      return List.of(Variant.values());
    }
    return models.stream().map(name -> FitOptions.variant("--models", name)).distinct().toList();
  }

  private String next(FitConfig config, Comparison comparison) {
    StringBuilder command = new StringBuilder("fit");
    in.data().forEach(d -> command.append(' ').append(Wording.quoted(d)));
    command.append(" -o model.onnx --model ").append(comparison.recommended());
    if (config.data().label() != null && config.data().normal() != null) {
      command
          .append(" --label ")
          .append(Wording.quoted(config.data().label()))
          .append(" --normal ")
          .append(Wording.quoted(config.data().normal()));
    }
    return command.toString();
  }

  private static String text(Comparison comparison) {
    boolean labelled = comparison.labelledRows() > 0;
    TextTable table = new TextTable(Integer.MAX_VALUE);
    table.row(
        "model",
        "perturbed",
        labelled ? "AUROC" : "",
        labelled ? "AUPRC" : "",
        "ELBO",
        "bound",
        "units",
        "fit",
        "size");
    for (Comparison.Candidate c : comparison.candidates()) {
      table.row(
          c.name().replace('_', ' '),
          area(c.perturbationAuroc()),
          labelled ? area(c.auroc()) : "",
          labelled ? area(c.auprc()) : "",
          nats(c.elbo()),
          nats(c.bound()),
          c.activeUnits() == null ? NONE : Wording.figure(c.activeUnits()),
          String.format(Locale.ROOT, "%.1f s", c.fitSeconds()),
          c.bytes() == null ? NONE : Wording.size(c.bytes()));
    }
    String line = System.lineSeparator();
    StringBuilder text = new StringBuilder();
    text.append("trained on ")
        .append(Wording.rows(comparison.trainingRows()))
        .append(", measured on ")
        .append(Wording.rows(comparison.heldOutRows()))
        .append(" held out; perturbed: AUROC against synthetic anomalies");
    if (labelled) {
      text.append("; AUROC, AUPRC: against ")
          .append(Wording.rows(comparison.labelledRows()))
          .append(" with another label");
    }
    text.append(line).append(line).append(table.text("  ")).append(line);
    for (Comparison.Candidate c : comparison.candidates()) {
      if (c.trouble() != null) {
        text.append(line).append(c.name()).append(": ").append(Shown.line(c.trouble()));
      }
    }
    text.append(line).append("recommended: ");
    return text.append(String.join(line + "  ", comparison.reasons())).toString();
  }

  private static String area(@Nullable Double value) {
    return value == null ? NONE : Wording.area(value);
  }

  private static String nats(@Nullable Double value) {
    return value == null ? NONE : String.format(Locale.ROOT, "%.1f", value);
  }
}
