package io.latentry.cli.fit;

import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.LeftOutColumn;
import io.latentry.core.data.Schema;
import io.latentry.core.series.SeriesSettings;
import io.latentry.core.tile.Tiling;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.training.config.Variant;
import io.latentry.training.detector.LatentInfluence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a fit says of its outcome, in words and as a document. */
public final class FitSummary {
  /** A baseline this close to the model's AUROC is as good. */
  private static final double AS_GOOD = 0.01;

  private static final int COLUMNS_NAMED = 5;
  private static final int UNITS_NAMED = 5;

  private FitSummary() {}

  /** One JSON document; keys become snake_case. */
  public record Document(
      String model,
      String modelId,
      long bytes,
      double seconds,
      @Nullable String report,
      Rows rows,
      List<Column> columns,
      List<LeftOutColumn> leftOut,
      String variant,
      int members,
      int latent,
      Manifest.Health health,
      List<LatentInfluence.Unit> units,
      ThresholdDocument threshold,
      List<ComparedBaseline> baselines,
      List<String> notices) {}

  record Rows(long read, long looked, long normal, long otherLabel, long unusable) {}

  record ComparedBaseline(
      String name,
      double perturbationAuroc,
      double modelPerturbationAuroc,
      double agreement,
      boolean asGood) {}

  public static Document document(FitOutcome outcome, double seconds) {
    Manifest manifest = outcome.manifest();
    return new Document(
        outcome.model().toString(),
        manifest.modelId(),
        outcome.bytes(),
        seconds,
        outcome.report().map(Object::toString).orElse(null),
        rows(outcome),
        manifest.schema().columns(),
        manifest.schema().leftOut(),
        manifest.model().variant(),
        manifest.model().members(),
        manifest.model().latent(),
        manifest.health(),
        outcome.influence().units(),
        ThresholdDocument.of(manifest.threshold().current()),
        manifest.baselines().stream()
            .map(
                b ->
                    new ComparedBaseline(
                        b.name(),
                        b.perturbationAuroc(),
                        b.modelPerturbationAuroc(),
                        b.agreement(),
                        isAsGood(b)))
            .toList(),
        outcome.notices());
  }

  static String text(FitOutcome outcome, double seconds) {
    Manifest manifest = outcome.manifest();
    TextTable table =
        new TextTable(Integer.MAX_VALUE)
            .row(
                "model",
                outcome.model()
                    + ", "
                    + Wording.size(outcome.bytes())
                    + ", fitted in "
                    + Wording.duration(seconds))
            .row(samples(manifest), rowsText(rows(outcome)))
            .row("split", splitText(manifest));
    seriesText(manifest).ifPresent(text -> table.row("series", text));
    imageText(manifest)
        .ifPresentOrElse(
            text -> table.row("judged as", text),
            () -> table.row("columns", columnsText(manifest.schema())));
    if (!manifest.schema().leftOut().isEmpty()) {
      table.row("left out", leftOutText(manifest.schema().leftOut()));
    }
    table.row("training", trainingText(manifest));
    manifest.health().findings().forEach(finding -> table.row("", finding));
    if (Variant.of(manifest.model().variant()).filter(Variant::namesCauses).isPresent()) {
      unitsText(outcome.influence()).forEach(line -> table.row("", line));
    }
    table.row("threshold", thresholdText(manifest));
    String title = "baselines";
    for (String line : baselinesText(manifest)) {
      table.row(title, line);
      title = "";
    }
    outcome.report().ifPresent(report -> table.row("report", report.toString()));
    return table.text("");
  }

  /** What verdicts are about: rows or images. */
  public static String samples(Manifest manifest) {
    return manifest.image() == null ? "rows" : "images";
  }

  /** How points become windows; empty of a table. */
  public static Optional<String> seriesText(Manifest manifest) {
    return Optional.ofNullable(manifest.series()).map(FitSummary::text);
  }

  /** What an image is to the model; empty of tables and series. */
  public static Optional<String> imageText(Manifest manifest) {
    return Optional.ofNullable(manifest.image())
        .map(
            image ->
                image.width()
                    + " x "
                    + image.height()
                    + " pixels, "
                    + (image.channels() == 1 ? "in grey" : "in colours")
                    + ", seen through "
                    + image.view()
                    + tilesText(image));
  }

  /** How it is cut, after a comma; empty where it is taken whole. */
  static String tilesText(ImageSettings image) {
    Tiling tiling = image.tiling();
    return tiling == null
        ? ""
        : ", in %d tiles of %d x %d that overlap by %d or more"
            .formatted(image.spec().tiles(), tiling.width(), tiling.height(), tiling.overlap());
  }

  private static String text(SeriesSettings series) {
    return "windows of "
        + series.window()
        + (series.hasCells() ? " cells by '" : " points by '")
        + series.time()
        + "'"
        + (series.keys().isEmpty()
            ? ""
            : ", one series for each " + String.join(", ", series.keys()))
        + (series.hasCells() ? ", a cell every " : ", a point every ")
        + series.clock().span(series.interval())
        + "; a step above "
        + series.clock().span(series.longestStep())
        + " is a gap: "
        + Wording.word(series.gaps());
  }

  /** How the normal rows were shared out between training and calibration. */
  public static String splitText(Manifest manifest) {
    return manifest.reading().time().isPresent()
        ? "in the order of time: trained on the earlier rows, calibrated on the later"
        : "by chance, from the seed";
  }

  private static Rows rows(FitOutcome outcome) {
    Manifest.Provenance provenance = outcome.manifest().provenance();
    long kept = outcome.rowsLooked() - provenance.otherLabelRows() - provenance.unusableRows();
    return new Rows(
        outcome.rowsRead(),
        outcome.rowsLooked(),
        kept,
        provenance.otherLabelRows(),
        provenance.unusableRows());
  }

  private static String rowsText(Rows rows) {
    StringBuilder text = new StringBuilder(Wording.count(rows.read()) + " read");
    if (rows.looked() < rows.read()) {
      text.append(", a sample of ").append(Wording.count(rows.looked())).append(" looked at");
    }
    text.append(": ");
    text.append(Wording.count(rows.normal())).append(" normal");
    if (rows.otherLabel() > 0) {
      text.append(", ")
          .append(Wording.count(rows.otherLabel()))
          .append(" with another label kept out of training");
    }
    if (rows.unusable() > 0) {
      text.append(", ").append(Wording.count(rows.unusable())).append(" unusable");
    }
    return text.toString();
  }

  /** {@code 7 inputs: 5 numeric, 2 categorical; features of 1 text among them; 1 watched}. */
  public static String columnsText(Schema schema) {
    List<String> kinds = new ArrayList<>();
    for (ColumnType type : ColumnType.values()) {
      if (schema.inputs(type) > 0) {
        kinds.add(schema.inputs(type) + " " + Wording.spaced(type.name()));
      }
    }
    long inputs = schema.columns().stream().filter(c -> !c.isWatched()).count();
    long watched =
        schema.columns().stream().filter(c -> c.isWatched() && !c.isIdentifier()).count();
    int texts = schema.textsThatEnter().size();
    return Wording.count(inputs, "input", "inputs")
        + ": "
        + String.join(", ", kinds)
        + (texts == 0
            ? ""
            : "; features of " + Wording.count(texts, "text", "texts") + " among them")
        + (watched == 0 ? "" : "; " + watched + " watched");
  }

  private static String leftOutText(List<LeftOutColumn> leftOut) {
    String named =
        leftOut.stream()
            .limit(COLUMNS_NAMED)
            .map(c -> c.name() + " (" + c.reason() + ")")
            .collect(Collectors.joining(", "));
    int more = leftOut.size() - COLUMNS_NAMED;
    return more > 0 ? named + " and " + more + " more" : named;
  }

  public static String trainingText(Manifest manifest) {
    Manifest.Health health = manifest.health();
    int steps =
        manifest.history().stream()
            .filter(entry -> entry.fold().equals(Manifest.HistoryEntry.FINAL))
            .mapToInt(Manifest.HistoryEntry::step)
            .max()
            .orElse(0);
    return String.format(
        Locale.ROOT,
        "%s: %s of %d latent units in use, %s, %,d steps",
        health.healthy() ? "healthy" : "NOT healthy",
        Wording.figure(health.activeUnits()),
        manifest.model().latent(),
        Wording.count(manifest.model().members(), "member", "members"),
        steps);
  }

  /** {@code unit 2 moves thickness by 0.81, size by 0.4 (standard deviations)}. */
  private static List<String> unitsText(LatentInfluence influence) {
    return influence.units().stream()
        .limit(UNITS_NAMED)
        .map(
            unit ->
                "unit "
                    + unit.unit()
                    + " moves "
                    + unit.columns().stream()
                        .limit(COLUMNS_NAMED)
                        .map(
                            m ->
                                String.format(
                                    Locale.ROOT, "%s by %.2f", m.column(), m.deviations()))
                        .collect(Collectors.joining(", "))
                    + " (standard deviations)")
        .toList();
  }

  public static String thresholdText(Manifest manifest) {
    Threshold threshold = manifest.threshold().current();
    return "a score above "
        + Wording.figure(threshold.score())
        + " is an anomaly; promised false alarms: "
        + Wording.percent(threshold.falseAlarmRate())
        + " of normal "
        + samples(manifest)
        + ", at most "
        + Wording.percent(threshold.falseAlarmRateUpperBound())
        + " with 95 % confidence ("
        + Wording.count(threshold.calibrationRows())
        + " "
        + manifest.calibration().method()
        + " "
        + samples(manifest)
        + ")";
  }

  /** Says plainly which plain methods are as good; one line for each thing to say. */
  public static List<String> baselinesText(Manifest manifest) {
    List<Manifest.Baseline> baselines = manifest.baselines();
    String perturbed = " on perturbed normal " + samples(manifest);
    List<String> lines = new ArrayList<>();
    List<Manifest.Baseline> best =
        baselines.stream().sorted(Comparator.comparingDouble(b -> -b.perturbationAuroc())).toList();
    for (Manifest.Baseline baseline : best) {
      if (isAsGood(baseline)) {
        lines.add(
            name(baseline)
                + " is as good here: AUROC "
                + Wording.area(baseline.perturbationAuroc())
                + " against the model's "
                + Wording.area(baseline.modelPerturbationAuroc())
                + perturbed
                + "; the plainer method may do");
      }
    }
    String worse =
        best.stream()
            .filter(b -> !isAsGood(b))
            .map(b -> name(b) + " " + Wording.area(b.perturbationAuroc()))
            .collect(Collectors.joining(", "));
    if (!worse.isEmpty()) {
      lines.add(
          "the model is better than "
              + worse
              + ": AUROC "
              + Wording.area(best.get(0).modelPerturbationAuroc())
              + perturbed);
    }
    return lines;
  }

  private static boolean isAsGood(Manifest.Baseline baseline) {
    return baseline.perturbationAuroc() >= baseline.modelPerturbationAuroc() - AS_GOOD;
  }

  /** A baseline's name for people. */
  static String name(Manifest.Baseline baseline) {
    return baseline.name().startsWith("pca") ? "PCA" : Wording.spaced(baseline.name());
  }
}
