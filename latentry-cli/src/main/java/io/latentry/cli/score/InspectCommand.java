package io.latentry.cli.score;

import io.latentry.cli.fit.FitSummary;
import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.TrustOption;
import io.latentry.cli.terminal.Wording;
import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Reading;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Column;
import io.latentry.core.data.LeftOutColumn;
import io.latentry.core.text.TextColumn;
import io.latentry.core.text.TextFeature;
import io.latentry.scoring.Scorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows all that a model file says of itself. */
@Command(
    name = "inspect",
    description = "Shows what a model file says of itself: columns, health, threshold, origin.",
    footer = {
      "",
      "--json prints the manifest as it stands in the file.",
      "",
      "Examples:",
      "  latentry inspect model.onnx",
      "  latentry inspect model.onnx --json | python3 -m json.tool"
    })
public final class InspectCommand implements Callable<Integer> {
  private static final int MOST_COLUMNS = 60;
  private static final int CATEGORIES_NAMED = 6;
  private static final int WIDEST_CELL = 60;

  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A model file that fit wrote.")
  private Path model = Path.of("");

  @Mixin private final TrustOption trust = new TrustOption();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Manifest manifest;
    String signature;
    try (Scorer scorer = Scorer.open(model, trust.options(1))) {
      manifest = scorer.manifest();
      signature =
          scorer
              .signer()
              .map(
                  key ->
                      "by key "
                          + key
                          + (trust.isGiven() ? ", checked" : ", not checked: see --trust"))
              .orElse("none");
    }
    CommandOutput output = new CommandOutput(terminal, options);
    output.resultOf(
        text(manifest, Files.size(model), signature), () -> ArtifactJson.write(manifest));
    output.next("threshold " + Wording.quoted(model));
    return ExitCode.OK.number();
  }

  private String text(Manifest manifest, long bytes, String signature) {
    String gap = System.lineSeparator() + System.lineSeparator();
    return String.join(
        gap,
        overview(manifest, bytes).row("signature", signature).text(""),
        columns(manifest),
        origin(manifest).text(""));
  }

  private TextTable overview(Manifest manifest, long bytes) {
    TextTable table =
        new TextTable(Integer.MAX_VALUE)
            .row(
                "model",
                model
                    + ", "
                    + Wording.size(bytes)
                    + ", id "
                    + manifest.modelId()
                    + ", format "
                    + manifest.formatVersion())
            .row(
                "kind",
                manifest.model().variant()
                    + ", "
                    + Wording.count(manifest.model().members(), "member", "members")
                    + ", "
                    + manifest.model().latent()
                    + " latent units, latent term by "
                    + Wording.spaced(manifest.model().latentTerm()))
            .row("training", FitSummary.trainingText(manifest));
    manifest.health().findings().forEach(finding -> table.row("", finding));
    table
        .row("score", mix(manifest.calibration().mix()))
        .row("threshold", FitSummary.thresholdText(manifest));
    table.row("", "set by " + manifest.threshold().current().origin());
    List<Threshold> history = manifest.threshold().history();
    for (int i = history.size() - 1; i >= 0; i--) {
      table.row("", "before: " + ThresholdCommand.line(history.get(i)));
    }
    String title = "baselines";
    for (String line : FitSummary.baselinesText(manifest)) {
      table.row(title, line);
      title = "";
    }
    return table;
  }

  private static String mix(ScoreMix mix) {
    return String.format(
        Locale.ROOT,
        mix.combination() == ScoreMix.Combination.WEIGHTED_SUM
            ? "%.2f * reconstruction term + %.2f * latent term, each on its own scale"
            : "reconstruction term ** %.2f * latent term ** %.2f, each on its own scale",
        mix.alpha(),
        1 - mix.alpha());
  }

  private static String columns(Manifest manifest) {
    TextTable table =
        new TextTable(WIDEST_CELL).row("column", "type", "normal rows had", "if missing");
    List<Column> columns = manifest.schema().columns();
    Optional<String> image = FitSummary.imageText(manifest);
    if (image.isPresent()) {
      return "images     " + image.get();
    }
    for (Column column : columns.subList(0, Math.min(MOST_COLUMNS, columns.size()))) {
      table.row(
          column.name(),
          Wording.spaced(column.type().name()),
          range(column),
          Wording.spaced(column.missing().name()));
    }
    if (columns.size() > MOST_COLUMNS) {
      table.row("and " + (columns.size() - MOST_COLUMNS) + " more; --json has them all");
    }
    for (TextColumn text : manifest.schema().texts()) {
      String features =
          text.features().stream().map(TextFeature::words).collect(Collectors.joining(", "));
      String by = manifest.schema().isIdentifier(text) ? "watched for its " : "enters by its ";
      table.row(text.name(), "text", by + features);
    }
    List<LeftOutColumn> leftOut = manifest.schema().leftOut();
    for (LeftOutColumn column : leftOut.subList(0, Math.min(MOST_COLUMNS, leftOut.size()))) {
      table.row(column.name(), "left out", column.reason());
    }
    if (leftOut.size() > MOST_COLUMNS) {
      table.row("and " + (leftOut.size() - MOST_COLUMNS) + " more left out");
    }
    return table.text("");
  }

  private static String range(Column column) {
    if (column.isWatched()) {
      return column.watchedFor() + " (watched)";
    }
    Double min = column.min();
    Double max = column.max();
    if (min != null && max != null) {
      return switch (column.type()) {
        case BOOLEAN -> "false, true";
        case TIMESTAMP -> "time of day, day of week";
        default ->
            column.exactRange().orElseGet(() -> Wording.figure(min) + " to " + Wording.figure(max));
      };
    }
    List<String> categories = column.categories();
    String named = categories.stream().limit(CATEGORIES_NAMED).collect(Collectors.joining(", "));
    return categories.size() > CATEGORIES_NAMED
        ? categories.size() + ": " + named + ", ..."
        : named;
  }

  private static String normal(Manifest manifest) {
    Reading reading = manifest.reading();
    return reading
        .label()
        .map(label -> label + " = " + reading.normal().orElse("?"))
        .orElse(manifest.image() == null ? "every row" : "every image");
  }

  private static TextTable origin(Manifest manifest) {
    Manifest.Provenance provenance = manifest.provenance();
    TextTable table =
        new TextTable(Integer.MAX_VALUE)
            .row("data", String.join(", ", provenance.dataFiles()))
            .row("", "digest " + provenance.dataDigest())
            .row("normal", normal(manifest))
            .row(
                FitSummary.samples(manifest),
                Wording.count(provenance.trainingRows())
                    + " trained, "
                    + Wording.count(provenance.validationRows())
                    + " validated, "
                    + Wording.count(provenance.calibrationRows())
                    + " calibrated ("
                    + manifest.calibration().method()
                    + "); "
                    + Wording.count(provenance.otherLabelRows())
                    + " with another label and "
                    + Wording.count(provenance.unusableRows())
                    + " unusable kept out"
                    + Optional.ofNullable(provenance.sampledFrom())
                        .map(all -> "; drawn from " + Wording.count(all) + " rows")
                        .orElse(""))
            .row("split", FitSummary.splitText(manifest))
            .row("seed", String.valueOf(provenance.seed()));
    FitSummary.seriesText(manifest).ifPresent(text -> table.row("series", text));
    Manifest.Cleaning cleaning = provenance.cleaning();
    if (cleaning != null) {
      table.row(
          "cleaned",
          Wording.count(cleaning.leftOut())
              + " of "
              + Wording.rows(cleaning.rows())
              + " left out of training");
    }
    for (Manifest.ShadowLook look : provenance.shadowLooks()) {
      table.row(
          "shadow look",
          "found "
              + Wording.count(look.found())
              + " of "
              + Wording.count(look.anomalies())
              + " known anomalies at score "
              + Wording.figure(look.threshold()));
    }
    if (provenance.parentModelId() != null) {
      table.row("parent", provenance.parentModelId());
    }
    Manifest.Lineage lineage = manifest.lineage();
    if (lineage != null) {
      String span = lineage.from() == null ? "" : ", " + lineage.from() + " to " + lineage.to();
      table
          .row(
              "retrained",
              Wording.count(lineage.generation(), "time", "times")
                  + " since "
                  + lineage.origin()
                  + ", on "
                  + Wording.rows(lineage.rows())
                  + span)
          .row("decision", lineage.decision());
      lineage.reasons().forEach(reason -> table.row("", reason));
    }
    return table.row(
        "versions",
        provenance.versions().entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", ")));
  }
}
