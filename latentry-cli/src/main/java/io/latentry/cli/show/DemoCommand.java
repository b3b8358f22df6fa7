package io.latentry.cli.show;

import io.latentry.cli.fit.FitSummary;
import io.latentry.cli.score.EvaluationText;
import io.latentry.cli.score.ExplainText;
import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Trains;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.config.SeriesConfig;
import io.latentry.pipeline.explain.Explainer;
import io.latentry.pipeline.explain.Explanation;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.pipeline.sample.SampleData;
import io.latentry.pipeline.score.EvaluatePipeline;
import io.latentry.pipeline.score.PastScores;
import io.latentry.pipeline.score.ScoreOutcome;
import io.latentry.pipeline.score.ScorePipeline;
import io.latentry.pipeline.score.ScoreRequest;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The whole line on bundled data: fit, score, evaluate, explain, report. */
@Command(
    name = "demo",
    description = "Shows everything on real data in under a minute: fit, score, evaluate, report.",
    footer = {
      "",
      "breast-cancer: 569 rows of measures of cell nuclei; normal is benign.",
      "penguins: 344 rows with categories and missing values; normal is the species Adelie.",
      "Every third row is kept away from the fit, to be judged afterwards.",
      "series (machine-temperature): 22,695 points of a sensor on a machine with four stretches of",
      "failure; normal is every other point. It learns from the first 60 %% and judges the rest.",
      "images (shoes): 600 small pictures; normal are sneakers. It learns from 400 of them and",
      "judges other sneakers, ankle boots and sandals.",
      "stream: the same series, judged record by record on its way through a Kafka broker, which"
          + " is",
      "started for it.",
      "",
      "Examples:",
      "  latentry demo",
      "  latentry demo series",
      "  latentry demo images",
      "  latentry demo stream",
      "  latentry demo --data penguins -o penguins-demo"
    })
public final class DemoCommand implements Callable<Integer>, Trains {
  /** Every third row is for the test. */
  private static final int TEST_EVERY = 3;

  /** Of a series, so much comes before the test, in percent. */
  private static final int TRAIN_PERCENT = 60;

  private static final String SERIES = "series";
  private static final String IMAGES = "images";
  private static final String STREAM = "stream";

  private static final int FEATURES = 3;

  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "series|images|stream",
      description =
          "Show a series instead of a table: --data machine-temperature; or images: --data shoes;"
              + " stream: the series through Kafka.")
  private Optional<String> kind = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "NAME",
      description = "breast-cancer (default), penguins or machine-temperature (a series).")
  private Optional<String> data = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description =
          "Folder to write to. Default: latentry-demo, or latentry-demo-series, -images, -stream.")
  private Optional<Path> folder = Optional.empty();

  @Option(names = "--seed", paramLabel = "N", description = "Default: 0.")
  private long seed = FitConfig.DEFAULT_SEED;

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** One JSON document; keys become snake_case. */
  record Document(
      String data,
      FitSummary.Document fit,
      EvaluationText.Document evaluation,
      long testRows,
      long anomalies,
      ExplainText.@Nullable Document topAnomaly,
      String model,
      String scored,
      String report,
      double seconds) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (kind.equals(Optional.of(IMAGES))) {
      requireShoes();
      new ImageDemo(terminal, options).show(folder.orElse(Path.of("latentry-demo-images")), seed);
      return ExitCode.OK.number();
    }
    SampleData sample = sample();
    if (kind.filter(STREAM::equals).isPresent()) {
      return stream(sample);
    }
    long start = terminal.nanoClock().getAsLong();
    Places places =
        new Places(
            folder.orElse(
                Path.of(
                    sample.timeColumn().isPresent() ? "latentry-demo-series" : "latentry-demo")));
    Files.createDirectories(places.folder());
    split(sample, places);

    FitOutcome fitted;
    ScoreOutcome scored;
    EvaluatePipeline.Outcome evaluated;
    Optional<Explanation> top;
    try (StageProgress progress = new StageProgress(terminal, options)) {
      fitted = new FitPipeline(progress).fit(request(sample, places));
      ScoreRequest request =
          new ScoreRequest(
              List.of(places.test().toString()),
              StandardInput.streamed(InputStream.nullInputStream()),
              ReadOptions.DEFAULTS,
              FEATURES,
              List.of(sample.labelColumn()),
              1);
      try (Scorer scorer = Scorer.open(places.model(), ScorerOptions.defaults())) {
        scored =
            new ScorePipeline(progress)
                .score(scorer, request, columns -> TableSink.open(places.scored(), columns));
        evaluated =
            new EvaluatePipeline(progress)
                .evaluate(scorer, request, sample.labelColumn(), Optional.of(sample.normalLabel()));
        top = strangest(scorer, request, places);
      }
    }
    double seconds = (terminal.nanoClock().getAsLong() - start) / 1e9;
    Manifest manifest = fitted.manifest();
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(
        text(sample, fitted, scored, evaluated, top, places, seconds),
        new Document(
            name(sample),
            FitSummary.document(fitted, seconds),
            EvaluationText.document(evaluated, manifest.threshold().current().falseAlarmRate()),
            scored.rows(),
            scored.anomalies(),
            top.map(ExplainText::document).orElse(null),
            places.model().toString(),
            places.scored().toString(),
            places.report().toString(),
            seconds));
    output.next(
        "explain "
            + Wording.quoted(places.model())
            + " "
            + Wording.quoted(places.test())
            + " --row "
            + top.map(Explanation::row).orElse(0L));
    return ExitCode.OK.number();
  }

  /** Fits as ever, and judges through a broker. */
  private int stream(SampleData sample) throws IOException, InterruptedException {
    CommandOutput output = new CommandOutput(terminal, options);
    StreamDemo demo = new StreamDemo(output);
    Places places = new Places(folder.orElse(Path.of("latentry-demo-stream")));
    Files.createDirectories(places.folder());
    split(sample, places);
    try (StageProgress progress = new StageProgress(terminal, options)) {
      FitOutcome unused = new FitPipeline(progress).fit(request(sample, places));
    }
    StreamDemo.Document came =
        demo.run(
            places.model(),
            places.test(),
            sample.timeColumn().orElseThrow(),
            Files.createTempDirectory(places.folder(), "kafka-"));
    output.result(StreamDemo.text(came), came);
    output.next(
        "stream --model "
            + Wording.quoted(places.model())
            + " --bootstrap HOST:9092 --in raw --out verdicts");
    return ExitCode.OK.number();
  }

  /** Where everything goes. */
  private record Places(Path folder) {
    Path train() {
      return folder.resolve("train.csv");
    }

    Path test() {
      return folder.resolve("test.csv");
    }

    Path model() {
      return folder.resolve("model.onnx");
    }

    Path scored() {
      return folder.resolve("scored.csv");
    }

    Path report() {
      return folder.resolve("report.html");
    }
  }

  private void requireShoes() {
    data.filter(name -> !name.equals(ImageDemo.SHOES))
        .ifPresent(
            name -> {
              throw new WrongUsage("--data: '" + name + "' (expected: " + ImageDemo.SHOES + ")");
            });
  }

  private SampleData sample() {
    kind.filter(word -> !word.equals(SERIES) && !word.equals(STREAM))
        .ifPresent(
            word -> {
              throw new WrongUsage(
                  "'"
                      + word
                      + "' (expected: "
                      + String.join(", ", SERIES, IMAGES, STREAM)
                      + ", or nothing)");
            });
    String wanted =
        data.orElse(
            name(kind.isPresent() ? SampleData.MACHINE_TEMPERATURE : SampleData.BREAST_CANCER));
    List<String> names = new ArrayList<>();
    for (SampleData sample : SampleData.values()) {
      if (kind.isPresent() && sample.timeColumn().isEmpty()) {
        continue;
      }
      if (name(sample).equals(wanted)) {
        return sample;
      }
      names.add(name(sample));
    }
    throw new WrongUsage(
        "--data: '" + wanted + "' (expected: one of " + String.join(", ", names) + ")");
  }

  private static String name(SampleData sample) {
    return sample.fileName().replace(".csv", "");
  }

  private FitRequest request(SampleData sample, Places places) {
    DataConfig.Builder reading =
        DataConfig.labelled(sample.labelColumn(), sample.normalLabel()).toBuilder();
    sample.timeColumn().ifPresent(time -> reading.time(time).series(SeriesConfig.DEFAULT));
    FitConfig config = FitConfig.DEFAULT.withData(reading.build()).withSeed(seed);
    return new FitRequest(
        List.of(places.train().toString()),
        StandardInput.streamed(InputStream.nullInputStream()),
        config,
        places.model(),
        Optional.empty(),
        Optional.of(places.report()));
  }

  /** The bundled files have one row a line, and a series is in the order of time. */
  private static void split(SampleData sample, Places places) throws IOException {
    long trains = sample.timeColumn().isPresent() ? lines(sample) * TRAIN_PERCENT / 100 : 0;
    try (BufferedReader rows =
            new BufferedReader(new InputStreamReader(sample.open(), StandardCharsets.UTF_8));
        BufferedWriter train = Files.newBufferedWriter(places.train());
        BufferedWriter test = Files.newBufferedWriter(places.test())) {
      String header = rows.readLine();
      train.write(header + "\n");
      test.write(header + "\n");
      int row = 0;
      for (String line = rows.readLine(); line != null; line = rows.readLine()) {
        row++;
        boolean tests = trains > 0 ? row > trains : row % TEST_EVERY == 0;
        (tests ? test : train).write(line + "\n");
      }
    }
  }

  /** Rows of data. */
  private static long lines(SampleData sample) throws IOException {
    try (BufferedReader rows =
        new BufferedReader(new InputStreamReader(sample.open(), StandardCharsets.UTF_8))) {
      return rows.lines().count() - 1;
    }
  }

  private static Optional<Explanation> strangest(
      Scorer scorer, ScoreRequest request, Places places) {
    int row = PastScores.read(places.scored().toString()).strangest();
    return row < 0
        ? Optional.empty()
        : Optional.of(
            new Explainer(scorer)
                .explain(request.data(), request.input(), request.reading(), row, FEATURES));
  }

  private static String text(
      SampleData sample,
      FitOutcome fitted,
      ScoreOutcome scored,
      EvaluatePipeline.Outcome evaluated,
      Optional<Explanation> top,
      Places places,
      double seconds) {
    Manifest manifest = fitted.manifest();
    Manifest.Provenance provenance = manifest.provenance();
    String line = System.lineSeparator();
    StringBuilder text = new StringBuilder();
    text.append("learned from ")
        .append(
            Wording.count(
                fitted.rowsLooked() - provenance.otherLabelRows() - provenance.unusableRows()))
        .append(
            sample.timeColumn().isPresent()
                ? " normal windows of "
                : " '" + sample.normalLabel() + "' rows of ")
        .append(sample.fileName())
        .append(" (")
        .append(FitSummary.columnsText(manifest.schema()))
        .append("), ")
        .append(Wording.duration(seconds))
        .append(" in all")
        .append(line)
        .append("then judged ")
        .append(Wording.count(scored.rows()))
        .append(" rows it never saw: ")
        .append(Wording.count(scored.anomalies()))
        .append(" anomalies")
        .append(line)
        .append(line);
    TextTable figures = new TextTable(Integer.MAX_VALUE);
    EvaluationText.lines(evaluated, manifest.threshold().current().falseAlarmRate())
        .forEach(figures::row);
    text.append(figures.text("  ")).append(line);
    FitSummary.baselinesText(manifest)
        .forEach(sentence -> text.append("  ").append(sentence).append(line));
    text.append(line);
    top.filter(explanation -> explanation.judgement().verdict() == Verdict.ANOMALY)
        .ifPresent(
            explanation -> {
              text.append("the strangest is row ")
                  .append(explanation.row())
                  .append(" of ")
                  .append(places.test().getFileName())
                  .append(", score ")
                  .append(Wording.figure(explanation.judgement().score()))
                  .append(" (threshold ")
                  .append(Wording.figure(explanation.threshold()))
                  .append("):")
                  .append(line);
              for (Feature feature : explanation.features()) {
                text.append("  ").append(ExplainText.sentence(feature)).append(line);
              }
              text.append(line);
            });
    TextTable files =
        new TextTable(Integer.MAX_VALUE)
            .row("report", places.report().toString(), "open it in a browser")
            .row("verdicts", places.scored().toString(), "one for each row, with reasons")
            .row(
                "model",
                places.model().toString(),
                Wording.size(fitted.bytes()) + ", runs in any ONNX runtime");
    return text.append(files.text("")).toString();
  }
}
