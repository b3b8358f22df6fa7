package io.latentry.cli.score;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.ModelAndData;
import io.latentry.cli.terminal.TableFile;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.explain.Explainer;
import io.latentry.pipeline.explain.Explanation;
import io.latentry.pipeline.explain.ExplanationPage;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says why one row was judged as it was. */
@Command(
    name = "explain",
    description = "Says why one row was judged as it was, feature by feature.",
    footer = {
      "",
      "Examples:",
      "  latentry explain model.onnx new.csv --row 17",
      "  latentry explain model.onnx new.csv --row 17 --top 10 --json",
      "  latentry explain model.onnx new.csv --row 17 --plot row17.html"
    })
public final class ExplainCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final ModelAndData in = new ModelAndData();

  @Option(
      names = "--row",
      required = true,
      paramLabel = "N",
      description = "The row, 0-based, as in column row of a score file.")
  private long row;

  @Option(names = "--top", paramLabel = "K", description = "Features to name. Default: 5.")
  private int top = 5;

  @Option(
      names = "--plot",
      paramLabel = "FILE.html",
      description = "Also write the explanation as a page.")
  private Optional<Path> plot = Optional.empty();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public ExplainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (row < 0) {
      throw new WrongUsage("--row: " + row + " (expected: 0 or more; the first row is 0)");
    }
    if (top < 1) {
      throw new WrongUsage("--top: " + top + " (expected: 1 or more features)");
    }
    Explanation explanation = explanation();
    plot.ifPresent(
        file -> ExplanationPage.write(explanation, TableFile.shortName(in.data().get(0)), file));
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(ExplainText.text(explanation), ExplainText.document(explanation));
    output.next("inspect " + Wording.quoted(in.model()));
    return ExitCode.OK.number();
  }

  private Explanation explanation() {
    try (Scorer scorer = Scorer.open(in.model(), ScorerOptions.threads(1))) {
      return new Explainer(scorer)
          .explain(
              in.data(),
              StandardInput.streamed(terminal.in()),
              ReadOptions.asFitted(scorer.manifest()),
              row,
              top);
    }
  }
}
