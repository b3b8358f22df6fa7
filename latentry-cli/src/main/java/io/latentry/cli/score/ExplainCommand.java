package io.latentry.cli.score;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.ModelAndData;
import io.latentry.cli.terminal.TableFile;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.ingest.image.ImageSource;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.explain.Explainer;
import io.latentry.pipeline.explain.Explanation;
import io.latentry.pipeline.explain.ExplanationPage;
import io.latentry.pipeline.explain.ImageExplainer;
import io.latentry.pipeline.explain.ImageExplanation;
import io.latentry.pipeline.image.ModelData;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says why one row or image was judged as it was. */
@Command(
    name = "explain",
    description =
        "Says why one row was judged as it was, feature by feature, or where an image is strange.",
    footer = {
      "",
      "Examples:",
      "  latentry explain model.onnx new.csv --row 17",
      "  latentry explain model.onnx new.csv --row 17 --top 10 --json",
      "  latentry explain model.onnx new.csv --row 17 --plot row17.html",
      "  latentry explain parts.onnx part.png --heatmap heat.png"
    })
public final class ExplainCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final ModelAndData in = new ModelAndData();

  @Option(
      names = "--row",
      paramLabel = "N",
      description =
          "The row, 0-based, as in column row of a score file; needed but for a single image.")
  private Optional<Long> row = Optional.empty();

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "Features or regions to name. Default: 5.")
  private int top = 5;

  @Option(
      names = "--plot",
      paramLabel = "FILE.html",
      description = "Also write the explanation as a page.")
  private Optional<Path> plot = Optional.empty();

  @Option(
      names = "--heatmap",
      paramLabel = "FILE.png",
      description = "Of an image: also write it with its strange places marked.")
  private Optional<Path> heatmap = Optional.empty();

  @Option(
      names = "--expected",
      paramLabel = "FILE.png",
      description =
          "Of an image, by a model of pixels: also write it beside what is expected of it.")
  private Optional<Path> expected = Optional.empty();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public ExplainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (row.isPresent() && row.get() < 0) {
      throw new WrongUsage("--row: " + row.get() + " (expected: 0 or more; the first row is 0)");
    }
    if (top < 1) {
      throw new WrongUsage("--top: " + top + " (expected: 1 or more features)");
    }
    if (ImageSource.isOne(in.data())) {
      return image();
    }
    if (row.isEmpty()) {
      throw new WrongUsage("--row: none (expected: the row, 0-based, as in a score file)");
    }
    if (heatmap.isPresent() || expected.isPresent()) {
      throw new WrongUsage(
          (heatmap.isPresent() ? "--heatmap" : "--expected")
              + ": given for a row (expected: for an image; see --plot)");
    }
    Explanation explanation = explanation(row.get());
    plot.ifPresent(
        file -> ExplanationPage.write(explanation, TableFile.shortName(in.data().get(0)), file));
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(ExplainText.text(explanation), ExplainText.document(explanation));
    output.next("inspect " + Wording.quoted(in.model()));
    return ExitCode.OK.number();
  }

  private Integer image() {
    if (plot.isPresent()) {
      throw new WrongUsage("--plot: given for an image (expected: --heatmap FILE.png)");
    }
    heatmap.ifPresent(file -> requirePicture("--heatmap", file));
    expected.ifPresent(file -> requirePicture("--expected", file));
    if (heatmap.isPresent() && heatmap.equals(expected)) {
      throw new WrongUsage(
          "--expected: '" + expected.get() + "' (expected: another than --heatmap)");
    }
    ImageExplanation explanation;
    try (Scorer scorer = Scorer.open(in.model(), ScorerOptions.threads(1))) {
      ModelData.requireTable(scorer.manifest(), in.data());
      explanation =
          new ImageExplainer(scorer)
              .explain(in.data(), row, top, new ImageExplainer.Pictures(heatmap, expected));
    }
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(ImageText.text(explanation), ImageText.document(explanation));
    output.next("inspect " + Wording.quoted(in.model()));
    return ExitCode.OK.number();
  }

  private void requirePicture(String option, Path file) {
    Path whole = file.toAbsolutePath().normalize();
    boolean read =
        in.data().stream()
            .map(one -> Path.of(one).toAbsolutePath().normalize())
            .anyMatch(one -> whole.startsWith(one));
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".png") || read) {
      throw new WrongUsage(
          option
              + ": '"
              + file
              + "' (expected: a file of its own, not among the images, that ends in .png)");
    }
  }

  private Explanation explanation(long row) {
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
