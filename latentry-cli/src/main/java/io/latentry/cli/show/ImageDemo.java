package io.latentry.cli.show;

import io.latentry.cli.fit.FitSummary;
import io.latentry.cli.score.ImageText;
import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.core.artifact.Manifest;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.explain.ImageExplainer;
import io.latentry.pipeline.explain.ImageExplanation;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.pipeline.sample.SampleImages;
import io.latentry.pipeline.score.ImageEvaluation;
import io.latentry.pipeline.score.PastScores;
import io.latentry.pipeline.score.ScoreOutcome;
import io.latentry.pipeline.score.ScorePipeline;
import io.latentry.pipeline.score.ScoreRequest;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The whole line on bundled images: fit, score with heat maps, evaluate, explain, report. */
final class ImageDemo {
  static final String SHOES = "shoes";

  private static final int REGIONS = 3;

  private final Terminal terminal;
  private final GlobalOptions options;

  ImageDemo(Terminal terminal, GlobalOptions options) {
    this.terminal = terminal;
    this.options = options;
  }

  /** One JSON document; keys become snake_case. */
  record Document(
      String data,
      FitSummary.Document fit,
      ImageText.Evaluated evaluation,
      long testImages,
      long anomalies,
      ImageText.Explained topAnomaly,
      String model,
      String scored,
      String heatmaps,
      String report,
      double seconds) {}

  /** Shows it, and leaves what it made in {@code folder}. */
  void show(Path folder, long seed) throws IOException {
    long start = terminal.nanoClock().getAsLong();
    Files.createDirectories(folder);
    Path images = folder.resolve(SHOES);
    SampleImages.copyTo(images);
    Path model = folder.resolve("model.onnx");
    Path scored = folder.resolve("scored.csv");
    Path heat = folder.resolve("heat");
    Path report = folder.resolve("report.html");
    int cores = Runtime.getRuntime().availableProcessors();
    ScoreRequest request =
        new ScoreRequest(
            List.of(images.resolve("test").toString()),
            StandardInput.streamed(InputStream.nullInputStream()),
            ReadOptions.DEFAULTS,
            REGIONS,
            List.of(),
            cores);
    FitOutcome fitted;
    ScoreOutcome judged;
    ImageEvaluation.Outcome evaluated;
    ImageExplanation top;
    try (StageProgress progress = new StageProgress(terminal, options)) {
      fitted =
          new FitPipeline(progress)
              .fit(
                  new FitRequest(
                      List.of(images.toString()),
                      StandardInput.streamed(InputStream.nullInputStream()),
                      FitConfig.DEFAULT.withSeed(seed),
                      model,
                      Optional.empty(),
                      Optional.of(report)));
      try (Scorer scorer = Scorer.open(model, ScorerOptions.defaults())) {
        judged =
            new ScorePipeline(progress)
                .scoreHeat(scorer, request, columns -> TableSink.open(scored, columns), heat);
        evaluated =
            new ImageEvaluation(scorer, Progress.QUIET).evaluate(List.of(images.toString()), cores);
        top =
            new ImageExplainer(scorer)
                .explain(
                    request.data(),
                    Optional.of((long) PastScores.read(scored.toString()).strangest()),
                    REGIONS,
                    ImageExplainer.Pictures.NONE);
      }
    }
    double seconds = (terminal.nanoClock().getAsLong() - start) / 1e9;
    Manifest manifest = fitted.manifest();
    double promised = manifest.threshold().current().falseAlarmRate();
    String line = System.lineSeparator();
    String text =
        "learned from "
            + Wording.count(fitted.rowsLooked() - manifest.provenance().otherLabelRows())
            + " pictures of sneakers, "
            + Wording.duration(seconds)
            + " in all"
            + line
            + "then judged "
            + Wording.count(judged.rows())
            + " it never saw, sneakers, ankle boots and sandals: "
            + Wording.count(judged.anomalies())
            + " anomalies"
            + line
            + line
            + ImageText.text(evaluated, promised)
            + line
            + line
            + "the strangest is "
            + ImageText.text(top)
            + line
            + line
            + new TextTable(Integer.MAX_VALUE)
                .row("report", report.toString(), "open it in a browser")
                .row("verdicts", scored.toString(), "one for each image, with strange regions")
                .row("heat maps", heat.toString(), "each image, with what is strange in colours")
                .row(
                    "model",
                    model.toString(),
                    Wording.size(fitted.bytes()) + ", runs in any ONNX runtime")
                .text("");
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(
        text,
        new Document(
            SHOES,
            FitSummary.document(fitted, seconds),
            ImageText.document(evaluated, promised),
            judged.rows(),
            judged.anomalies(),
            ImageText.document(top),
            model.toString(),
            scored.toString(),
            heat.toString(),
            report.toString(),
            seconds));
    output.next(
        "explain "
            + Wording.quoted(model)
            + " "
            + Wording.quoted(images.resolve("test"))
            + " --row "
            + top.row()
            + " --heatmap one.png");
  }
}
