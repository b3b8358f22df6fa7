package io.latentry.cli.tool;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.ModelAndData;
import io.latentry.cli.terminal.Shown;
import io.latentry.cli.terminal.StageProgress;
import io.latentry.cli.terminal.TableFile;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.core.verdict.VerdictFields;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.write.OutputColumn;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.cluster.AnomalyGroup;
import io.latentry.pipeline.cluster.ClusterOutcome;
import io.latentry.pipeline.cluster.ClusterPage;
import io.latentry.pipeline.cluster.ClusterPipeline;
import io.latentry.pipeline.score.ScoreRequest;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Groups the anomalies of a table. */
@Command(
    name = "cluster",
    description = "Groups the anomalies of a table by what makes them strange.",
    footer = {
      "",
      "OUT has one row per anomaly: row, score, group (empty if in none), group_name; then kept",
      "columns. Groups are found by HDBSCAN; fewer than 20 anomalies by k-means.",
      "",
      "Examples:",
      "  latentry cluster model.onnx new.csv -o groups.csv --report groups.html",
      "  latentry cluster model.onnx new.csv -o groups.csv --smallest 10 --keep id,time"
    })
public final class ClusterCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final ModelAndData in = new ModelAndData();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = "Ends in .csv, .parquet or .jsonl.")
  private Path target = Path.of("");

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "Also write the groups as a page.")
  private Optional<Path> report = Optional.empty();

  @Option(
      names = "--smallest",
      paramLabel = "N",
      description = "Fewest rows of a group. Default: 5.")
  private int smallest = ClusterPipeline.SMALLEST;

  @Option(
      names = "--keep",
      paramLabel = "COL",
      split = ",",
      description =
          "Input columns to carry over, separated by commas; NAME becomes input_NAME where"
              + " OUT has a NAME of its own.")
  private List<String> keep = List.of();

  @Option(names = "--seed", paramLabel = "N", description = "Default: 0.")
  private long seed;

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public ClusterCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** One JSON document; keys become snake_case. */
  record Document(
      String output,
      @Nullable String report,
      long rows,
      long anomalies,
      long unscorable,
      int noise,
      List<AnomalyGroup> groups) {}

  @Override
  public Integer call() {
    TableFile.requireName("-o", target);
    if (smallest < 2) {
      throw new WrongUsage("--smallest: " + smallest + " (expected: 2 or more rows)");
    }
    ClusterOutcome outcome;
    try (Scorer scorer = Scorer.open(in.model(), ScorerOptions.defaults());
        StageProgress progress = new StageProgress(terminal, options)) {
      ScoreRequest request =
          new ScoreRequest(
              in.data(),
              StandardInput.streamed(terminal.in()),
              ReadOptions.asFitted(scorer.manifest()),
              0,
              keep,
              ScorerOptions.defaults().threads());
      outcome = new ClusterPipeline(progress).cluster(scorer, request, smallest, seed);
    }
    write(outcome);
    report.ifPresent(
        file -> ClusterPage.write(outcome, TableFile.shortName(in.data().get(0)), file));
    CommandOutput output = new CommandOutput(terminal, options);
    output.result(
        text(outcome),
        new Document(
            target.toString(),
            report.map(Path::toString).orElse(null),
            outcome.rows(),
            outcome.anomalies(),
            outcome.unscorable(),
            outcome.noise(),
            outcome.groups()));
    output.next(
        "explain "
            + Wording.quoted(in.model())
            + " "
            + Wording.quoted(in.data().get(0))
            + " --row "
            + outcome.members().get(0).row());
    return ExitCode.OK.number();
  }

  private void write(ClusterOutcome outcome) {
    List<OutputColumn> columns =
        new ArrayList<>(
            List.of(
                OutputColumn.integer("row"),
                OutputColumn.number("score"),
                OutputColumn.text("group"),
                OutputColumn.text("group_name")));
    Set<String> own = columns.stream().map(OutputColumn::name).collect(Collectors.toSet());
    VerdictFields.keptNames(own, keep).forEach(name -> columns.add(OutputColumn.text(name)));
    try (TableSink out = TableSink.open(target, columns)) {
      for (ClusterOutcome.Member member : outcome.members()) {
        boolean noise = member.group() < 0;
        TableSink row =
            out.integer(member.row())
                .number((float) member.score())
                .text(noise ? "" : String.valueOf(member.group()))
                .text(noise ? "" : outcome.groups().get(member.group()).name());
        for (String cell : member.kept()) {
          row = row.text(cell);
        }
        row.endRow();
      }
      out.commit();
    }
  }

  private String text(ClusterOutcome outcome) {
    TextTable table = new TextTable(60).row("group", "rows", "leading features", "typical rows");
    for (AnomalyGroup group : outcome.groups()) {
      table.row(
          String.valueOf(group.number()),
          Wording.count(group.size()),
          group.name(),
          group.representatives().stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }
    if (outcome.noise() > 0) {
      table.row("none", Wording.count(outcome.noise()), "alike to too few others");
    }
    String line = System.lineSeparator();
    return Wording.count(outcome.anomalies(), "anomaly", "anomalies")
        + " in "
        + Wording.rows(outcome.rows())
        + (outcome.unscorable() > 0
            ? ", " + Wording.rows(outcome.unscorable()) + " without a verdict"
            : "")
        + line
        + line
        + table.text("")
        + line
        + line
        + "written  "
        + Shown.line(target + report.map(file -> ", " + file).orElse(""));
  }
}
