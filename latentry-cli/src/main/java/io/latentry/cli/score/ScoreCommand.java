package io.latentry.cli.score;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.ModelAndData;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.TrustOption;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.evaluation.ClopperPearson;
import io.latentry.ingest.image.ImageSource;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.write.CsvFormulas;
import io.latentry.ingest.write.OutputColumn;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.score.ScoreOutcome;
import io.latentry.pipeline.score.ScorePipeline;
import io.latentry.pipeline.score.ScoreRequest;
import io.latentry.scoring.Scorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Judges every row of a table, every point of a series or every image. */
@Command(
    name = "score",
    description =
        "Judges every row or image: normal, anomaly or unscorable, with score and p-value.",
    footer = {
      "",
      "OUT has one row per input row, in input order: row, score, p_value, verdict, reason,",
      "reconstruction_term, latent_term; then kept columns; then the explained features.",
      "Of images path follows row, and regions (x, y, width, height, peak) are explained.",
      "",
      "Examples:",
      "  latentry score model.onnx new.csv -o scored.csv --explain 3",
      "  latentry score model.onnx 'days/*.parquet' -o scored.parquet --keep id,time",
      "  cat new.csv | latentry score model.onnx - -o - | grep anomaly",
      "  latentry score parts.onnx parts/test -o scored.csv --heatmaps heat"
    })
public final class ScoreCommand implements Callable<Integer> {
  private static final String STANDARD_OUTPUT = "-";

  private static final int MOST_REASONS = 10;

  /** An alarm share that is surely this many times the promised bound is worth a word. */
  private static final double MUCH_HIGHER = 2;

  private final Terminal terminal;

  @Mixin private final ModelAndData in = new ModelAndData();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = "Ends in .csv, .parquet or .jsonl; - writes CSV to standard output.")
  private String target = STANDARD_OUTPUT;

  @Option(
      names = "--explain",
      paramLabel = "K",
      description =
          "Add the K features that contribute most, with actual and expected values; of an image"
              + " its K strangest regions.")
  private int explain;

  @Option(
      names = "--keep",
      paramLabel = "COL",
      split = ",",
      description =
          "Input columns to carry over, separated by commas; NAME becomes input_NAME where"
              + " OUT has a NAME of its own.")
  private List<String> keep = List.of();

  @Option(
      names = "--csv-formulas",
      paramLabel = "F",
      description =
          "keep writes texts to CSV as they are; escape puts ' before those that a spreadsheet"
              + " would run. Default: keep.")
  private CsvFormulas formulas = CsvFormulas.KEEP;

  @Option(
      names = "--events",
      paramLabel = "OUT",
      description =
          "Of a series: also write its events, anomalies that follow one another as one, to a .csv,"
              + " .parquet or .jsonl.")
  private Optional<Path> events = Optional.empty();

  @Option(
      names = "--join",
      paramLabel = "N",
      description =
          "With --events: anomalies that at most N normal points part are one event too. Default: 0.")
  private int join;

  @Option(
      names = "--heatmaps",
      paramLabel = "DIR",
      description = "Of images: also write each to DIR as a PNG with its strange places marked.")
  private Optional<Path> heatmaps = Optional.empty();

  @Option(names = "--threads", paramLabel = "N", description = "Default: every core.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Mixin private final TrustOption trust = new TrustOption();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public ScoreCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** One JSON document; keys become snake_case. */
  record Document(
      @Nullable String output,
      long rows,
      long normal,
      long anomalies,
      long unscorable,
      Map<String, Long> unscorableByReason,
      Map<String, Long> noveltiesByColumn,
      double seconds,
      double rowsPerSecond,
      double promisedFalseAlarmRate,
      @Nullable String warning) {}

  @Override
  public Integer call() throws IOException {
    boolean toStandardOutput = target.equals(STANDARD_OUTPUT);
    requireUsable(toStandardOutput);
    long start = terminal.nanoClock().getAsLong();
    ScoreOutcome outcome;
    Manifest manifest;
    try (Scorer scorer = Scorer.open(in.model(), trust.options(threads));
        StageProgress progress = new StageProgress(terminal, options)) {
      manifest = scorer.manifest();
      ScoreRequest request =
          new ScoreRequest(
              in.data(),
              StandardInput.streamed(terminal.in()),
              ReadOptions.asFitted(manifest),
              explain,
              keep,
              threads);
      Function<List<OutputColumn>, TableSink> sink =
          columns ->
              toStandardOutput
                  ? TableSink.open(terminal.tableOutput(), columns, formulas)
                  : TableSink.open(Path.of(target), columns, formulas);
      ScorePipeline pipeline = new ScorePipeline(progress);
      outcome = outcome(pipeline, scorer, request, sink);
    }
    double seconds = (terminal.nanoClock().getAsLong() - start) / 1e9;
    @Nullable String warning = warning(outcome, manifest.threshold().current(), samples(manifest));
    // Standard output is the table's; the summary goes beside it.
    Terminal summary = toStandardOutput ? terminal.allOnError() : terminal;
    CommandOutput output = new CommandOutput(summary, options);
    if (!toStandardOutput || !options.quiet()) {
      output.result(
          text(outcome, seconds, warning, samples(manifest)),
          new Document(
              toStandardOutput ? null : target,
              outcome.rows(),
              outcome.normal(),
              outcome.anomalies(),
              outcome.unscorable(),
              outcome.reasons(),
              outcome.novelties(),
              seconds,
              outcome.rows() / seconds,
              manifest.threshold().current().falseAlarmRate(),
              warning));
    }
    output.next(next(outcome, toStandardOutput));
    return ExitCode.OK.number();
  }

  private ScoreOutcome outcome(
      ScorePipeline pipeline,
      Scorer scorer,
      ScoreRequest request,
      Function<List<OutputColumn>, TableSink> sink) {
    if (heatmaps.isPresent()) {
      return pipeline.scoreHeat(scorer, request, sink, heatmaps.get());
    }
    return events.isPresent()
        ? pipeline.scoreEvents(
            scorer, request, sink, columns -> TableSink.open(events.get(), columns, formulas), join)
        : pipeline.score(scorer, request, sink);
  }

  private void requireUsable(boolean toStandardOutput) {
    String file = target.toLowerCase(Locale.ROOT);
    if (!toStandardOutput
        && !file.endsWith(".csv")
        && !file.endsWith(".parquet")
        && !file.endsWith(".jsonl")) {
      throw new WrongUsage(
          "-o: '" + target + "' (expected: a name that ends in .csv, .parquet or .jsonl, or -)");
    }
    boolean images = ImageSource.isOne(in.data());
    heatmaps.ifPresent(this::requireOutsideImages);
    if (!images && !toStandardOutput && DataSource.reads(in.data(), Path.of(target))) {
      throw new WrongUsage("-o: '" + target + "' is a file to be scored (expected: another name)");
    }
    events.ifPresent(
        place -> {
          if (!place.toString().toLowerCase(Locale.ROOT).matches(".*\\.(csv|parquet|jsonl)")
              || place.equals(Path.of(target))
              || (!images && DataSource.reads(in.data(), place))) {
            throw new WrongUsage(
                "--events: '"
                    + place
                    + "' (expected: a file of its own that ends in .csv, .parquet or .jsonl)");
          }
        });
    if (join < 0 || (join > 0 && events.isEmpty())) {
      throw new WrongUsage(
          "--join: %d (expected: 0 or more normal points, and --events)".formatted(join));
    }
    if (explain < 0) {
      throw new WrongUsage("--explain: " + explain + " (expected: 0 or more features)");
    }
    if (threads < 1) {
      throw new WrongUsage("--threads: " + threads + " (expected: 1 or more)");
    }
  }

  /** Or the next run would take the pictures for images to score. */
  private void requireOutsideImages(Path folder) {
    if (events.isPresent()) {
      throw new WrongUsage("--events, --heatmaps: both (expected: one; events are of a series)");
    }
    Path place = folder.toAbsolutePath().normalize();
    if (Files.exists(place) && !Files.isDirectory(place)) {
      throw new WrongUsage("--heatmaps: '" + folder + "' is a file (expected: a folder)");
    }
    for (String data : in.data()) {
      if (ImageSource.isOne(List.of(data))
          && Files.isDirectory(Path.of(data))
          && place.startsWith(Path.of(data).toAbsolutePath().normalize())) {
        throw new WrongUsage(
            "--heatmaps: '%s' is within the images to be scored (expected: a folder elsewhere)"
                .formatted(folder));
      }
    }
  }

  /** What a row of the output is about. */
  private static String samples(Manifest manifest) {
    return manifest.image() == null ? "rows" : "images";
  }

  private String text(
      ScoreOutcome outcome, double seconds, @Nullable String warning, String samples) {
    long rows = outcome.rows();
    TextTable table =
        new TextTable(Integer.MAX_VALUE)
            .row(
                samples,
                Wording.count(rows)
                    + " in "
                    + Wording.duration(seconds)
                    + " ("
                    + Wording.count(Math.round(rows / seconds))
                    + " "
                    + samples
                    + "/s)")
            .row("normal", share(outcome.normal(), rows))
            .row("anomalies", share(outcome.anomalies(), rows));
    table.row("unscorable", share(outcome.unscorable(), rows));
    outcome.reasons().entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(MOST_REASONS)
        .forEach(e -> table.row("", Wording.count(e.getValue()) + ": " + e.getKey()));
    if (outcome.reasons().size() > MOST_REASONS) {
      table.row("", (outcome.reasons().size() - MOST_REASONS) + " more reasons");
    }
    if (!outcome.novelties().isEmpty()) {
      table.row("novelties", novelties(outcome.novelties()));
    }
    if (!target.equals(STANDARD_OUTPUT)) {
      table.row("written", target);
    }
    String text = table.text("");
    return warning == null ? text : text + System.lineSeparator() + warning;
  }

  /** Rows with values of a kind that training never saw, by column, most first. */
  private static String novelties(Map<String, Long> byColumn) {
    String first =
        byColumn.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .limit(MOST_REASONS)
            .map(e -> e.getKey() + " in " + Wording.rows(e.getValue()))
            .collect(Collectors.joining(", "));
    return byColumn.size() <= MOST_REASONS
        ? first
        : first + ", and " + (byColumn.size() - MOST_REASONS) + " more columns";
  }

  private static String share(long count, long rows) {
    return count == 0 || rows == 0
        ? Wording.count(count)
        : Wording.count(count) + " (" + Wording.percent((double) count / rows) + ")";
  }

  private static @Nullable String warning(
      ScoreOutcome outcome, Threshold threshold, String samples) {
    long judged = outcome.normal() + outcome.anomalies();
    if (judged == 0) {
      return outcome.rows() == 0
          ? null
          : "none of the %s could be judged: see the reasons above".formatted(samples);
    }
    double surely = ClopperPearson.lowerBound(outcome.anomalies(), judged, 0.95);
    if (surely <= MUCH_HIGHER * threshold.falseAlarmRateUpperBound()) {
      return null;
    }
    return "many alarms: "
        + Wording.percent((double) outcome.anomalies() / judged)
        + " of the judged "
        + samples
        + ", where at most "
        + Wording.percent(threshold.falseAlarmRateUpperBound())
        + " was promised for normal ones; either many are strange, or normal has changed"
        + " since the fit";
  }

  private String next(ScoreOutcome outcome, boolean toStandardOutput) {
    String first = Wording.again(in.data().get(0));
    if (outcome.anomalies() > 0 && !in.data().get(0).equals("-")) {
      return "explain " + Wording.quoted(in.model()) + " " + first + " --row N";
    }
    return toStandardOutput
        ? "inspect " + Wording.quoted(in.model())
        : "threshold " + Wording.quoted(in.model()) + " --what-if " + Wording.quoted(target);
  }
}
