package io.latentry.cli.score;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.core.evaluation.Interval;
import io.latentry.pipeline.evidence.EvidenceFile;
import io.latentry.pipeline.evidence.EvidencePack;
import io.latentry.pipeline.evidence.EvidencePage;
import io.latentry.pipeline.evidence.EvidencePipeline;
import io.latentry.pipeline.report.ReportWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gathers the evidence for a model, or checks a pack of it. */
@Command(
    name = "report",
    description = "Writes the evidence for a model as one pack, or recomputes a pack.",
    footer = {
      "",
      "The pack is a page and, beside it, the same as JSON. With --train the model is fitted again",
      "under other seeds. --verify recomputes everything but the latency from the files that the",
      "pack names, and ends with exit code 1 on a difference.",
      "",
      "Examples:",
      "  latentry report model.onnx test.csv -o evidence.html --label status --normal ok",
      "  latentry report model.onnx test.csv -o evidence.html --label status --normal ok \\",
      "      --segment site --train train.csv --seeds 5 --shadow known.csv",
      "  latentry report --verify evidence.json"
    })
public final class ReportCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A model file that fit wrote.")
  private Optional<Path> model = Optional.empty();

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "DATA",
      description = "Labelled rows that the model was not fitted on: files or globs.")
  private List<String> data = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "PACK.html",
      description = "The page; PACK.json is written beside it.")
  private Optional<Path> target = Optional.empty();

  @Option(names = "--label", paramLabel = "COL", description = "Column that says what a row is.")
  private Optional<String> label = Optional.empty();

  @Option(names = "--normal", paramLabel = "VALUE", description = "Its value for normal rows.")
  private Optional<String> normal = Optional.empty();

  @Option(
      names = "--segment",
      paramLabel = "COL",
      description = "Column whose values are looked at apart.")
  private Optional<String> segment = Optional.empty();

  @Option(
      names = "--train",
      paramLabel = "DATA",
      description = "Fit again on these rows under other seeds, with the model's config.")
  private List<String> train = List.of();

  @Option(names = "--seeds", paramLabel = "N", description = "How many. Default: 3.")
  private int seeds = 3;

  @Option(
      names = "--shadow",
      paramLabel = "DATA",
      description = "Known anomalies; the model records that they were looked at.")
  private List<String> shadow = List.of();

  @Option(
      names = "--verify",
      paramLabel = "PACK.json",
      description = "Recompute this pack and compare.")
  private Optional<Path> verify = Optional.empty();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public ReportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** What a check found; keys become snake_case. */
  record Checked(String pack, boolean same, List<String> differences) {}

  @Override
  public Integer call() {
    return verify.isPresent() ? verify(verify.get()) : gather();
  }

  private Integer gather() {
    if (model.isEmpty() || data.isEmpty() || target.isEmpty()) {
      throw new WrongUsage(
          "MODEL, DATA, -o: missing (expected: all three, or --verify PACK.json alone)");
    }
    if (label.isEmpty() || normal.isEmpty()) {
      throw new WrongUsage("--label, --normal: missing (expected: both, to tell rows apart)");
    }
    String page = target.get().toString();
    if (!page.toLowerCase(Locale.ROOT).endsWith(".html")) {
      throw new WrongUsage("-o: '" + page + "' (expected: a name that ends in .html)");
    }
    Path json = Path.of(page.substring(0, page.length() - ".html".length()) + ".json");
    EvidencePack.Request request =
        WrongUsage.from(
            () ->
                new EvidencePack.Request(
                    model.get().toString(),
                    data,
                    label.get(),
                    normal.get(),
                    segment.isPresent() ? segment.get() : null,
                    train,
                    seeds,
                    shadow));
    ReportWriter.requireWritable(target.get());
    ReportWriter.requireWritable(json);
    EvidencePack pack = gathered(request);
    EvidenceFile.write(pack, json);
    EvidencePage.write(pack, String.valueOf(model.get().getFileName()), target.get());
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(text(pack, json), pack);
    output.next("report --verify " + Wording.quoted(json));
    return ExitCode.OK.number();
  }

  private Integer verify(Path file) {
    if (model.isPresent() || target.isPresent()) {
      throw new WrongUsage(
          "--verify: with MODEL or -o (expected: alone; the pack names its files)");
    }
    EvidencePack stored = EvidenceFile.read(file);
    List<String> differences = EvidenceFile.differences(stored, gathered(stored.request()));
    boolean same = differences.isEmpty();
    new CommandOutput(terminal, options)
        .result(
            same
                ? "the same: every figure of " + file + " was recomputed"
                : "differs from "
                    + file
                    + ":"
                    + System.lineSeparator()
                    + "  "
                    + String.join(System.lineSeparator() + "  ", differences),
            new Checked(file.toString(), same, differences));
    return same ? ExitCode.OK.number() : ExitCode.FAILED.number();
  }

  private EvidencePack gathered(EvidencePack.Request request) {
    try (StageProgress progress = new StageProgress(terminal, options)) {
      return new EvidencePipeline(progress, terminal.nanoClock()).gather(request);
    }
  }

  private String text(EvidencePack pack, Path json) {
    EvidencePack.Figures figures = pack.figures();
    EvidencePack.OverSeeds over = pack.overSeeds();
    TextTable table =
        new TextTable(100)
            .row(
                "",
                "this model",
                over.fits().isEmpty() ? "" : "over " + over.fits().size() + " seeds")
            .row("AUROC", area(figures.auroc()), area(over.auroc()))
            .row("AUPRC", area(figures.auprc()), area(over.auprc()))
            .row("recall", share(figures.recall()), share(over.recall()))
            .row("false alarms", share(figures.falseAlarmRate()), share(over.falseAlarmRate()));
    pack.worstSegments().stream()
        .findFirst()
        .ifPresent(s -> table.row("worst segment", s.name() + ": " + share(s.falseAlarmRate())));
    EvidencePack.Shadow known = pack.shadow();
    if (known != null) {
      table.row("known anomalies", share(known.recall()) + " of " + known.known());
    }
    table
        .row("one row", Wording.figure(pack.latency().oneRowP50Micros()) + " microseconds (median)")
        .row("limits", pack.limits().size() + ", told in the pack")
        .row("written", target.map(Path::toString).orElse("") + ", " + json);
    return table.text("");
  }

  private static String area(Interval interval) {
    return Double.isNaN(interval.estimate())
        ? ""
        : Wording.area(interval.estimate())
            + " ("
            + Wording.area(interval.low())
            + " to "
            + Wording.area(interval.high())
            + ")";
  }

  private static String share(Interval interval) {
    return Double.isNaN(interval.estimate())
        ? ""
        : Wording.percent(interval.estimate())
            + " ("
            + Wording.percent(interval.low())
            + " to "
            + Wording.percent(interval.high())
            + ")";
  }
}
