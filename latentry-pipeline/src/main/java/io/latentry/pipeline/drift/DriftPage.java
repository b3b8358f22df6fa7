package io.latentry.pipeline.drift;

import io.latentry.pipeline.drift.DriftOutcome.Call;
import io.latentry.pipeline.drift.DriftOutcome.Comparison;
import io.latentry.pipeline.drift.DriftOutcome.Picture;
import io.latentry.pipeline.drift.DriftOutcome.Quantity;
import io.latentry.pipeline.drift.DriftOutcome.Unit;
import io.latentry.pipeline.report.Figures;
import io.latentry.pipeline.report.ToolPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Drift as a page to look at. */
public final class DriftPage {
  private static final int MOST_DRAWN = 40;
  private static final int MOST_LISTED = 500;

  private DriftPage() {}

  /** Writes the page; on failure {@code target} is left as it was. */
  public static void write(DriftOutcome outcome, String source, Path target) {
    ToolPage page = new ToolPage("Drift of " + source, "Drift report", outcome.summary());
    List<Quantity> drifted = outcome.drifted();
    if (!drifted.isEmpty()) {
      page.section("drifts", "What drifted")
          .paragraph(
              "The worst first: what makes most alarms, then what changed most. Alarms are those of the same rows with the drift and without it.")
          .table(
              "Drifts",
              List.of("Quantity", "What it did", "What that does"),
              drifted.stream()
                  .limit(MOST_LISTED)
                  .map(q -> List.of(q.name(), q.words(), q.effectWords()))
                  .toList());
      List<ToolPage.Multiple> multiples = new ArrayList<>();
      for (Quantity quantity : drifted) {
        Picture picture = quantity.picture();
        if (picture != null && multiples.size() < MOST_DRAWN) {
          multiples.add(
              new ToolPage.Multiple(
                  "drift-" + multiples.size(),
                  quantity.name(),
                  sentence(quantity.words()),
                  picture.edges(),
                  picture.names(),
                  picture.reference(),
                  picture.now()));
        }
      }
      page.section("pictures", "Normal rows beside those of now").multiples(multiples);
    }
    page.section("all", "All quantities")
        .paragraph(
            "A drift is called if it is beyond chance (adjusted p-value at most %s over %s comparisons, by Benjamini and Yekutieli) and at least as large as the least effect that matters."
                .formatted(
                    Figures.of(outcome.falseDiscoveryRate()), Figures.count(outcome.comparisons())))
        .table(
            "Comparisons, the largest effect first",
            List.of(
                "Quantity", "Compared", "#Effect", "#Least that matters", "#Adjusted p", "Called"),
            rows(outcome));
    List<String> about = new ArrayList<>();
    about.add(
        "%s rows, %s of them sampled for their values, against the %s normal rows that the model was calibrated on."
            .formatted(
                Figures.count(outcome.rows()),
                Figures.count(outcome.rowsSampled()),
                Figures.count(outcome.referenceRows())));
    Double visible = outcome.visibleShift();
    if (visible != null) {
      about.add(
          "Shifts of a column are called more often than not from %s of its normal spread on."
              .formatted(Figures.of(visible)));
    }
    about.add(
        "Not seen: columns that stay as they are, each by itself, but no longer go together as they did. Where the model knows how they go together, its terms, its score and its alarms tell.");
    outcome.notes().forEach(note -> about.add(sentence(note)));
    page.section("about", "What was compared").bullets(about);
    page.write(target);
  }

  private static List<List<String>> rows(DriftOutcome outcome) {
    record Line(Quantity quantity, Comparison comparison) {}
    return outcome.quantities().stream()
        .flatMap(q -> q.comparisons().stream().map(c -> new Line(q, c)))
        .sorted(
            Comparator.comparing((Line line) -> line.comparison().called() ? 0 : 1)
                .thenComparingDouble(
                    line -> -line.comparison().effect() / line.comparison().minimum()))
        .limit(MOST_LISTED)
        .map(
            line ->
                List.of(
                    line.quantity().name(),
                    line.comparison().aspect().word(),
                    amount(line.comparison().unit(), line.comparison().effect()),
                    amount(line.comparison().unit(), line.comparison().minimum()),
                    Figures.of(line.comparison().adjustedPValue()),
                    line.comparison().called()
                        ? "drift"
                        : line.quantity().call() == Call.TOO_FEW_ROWS ? "too few rows" : "no"))
        .toList();
  }

  private static String amount(Unit unit, double value) {
    return switch (unit) {
      case SPREADS -> Figures.of(value) + " spreads";
      case SHARE -> Figures.percent(value) + " of rows";
      case TIMES -> Figures.of(value) + " times the promise";
    };
  }

  private static String sentence(String words) {
    return words.isEmpty()
        ? words
        : Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
  }
}
