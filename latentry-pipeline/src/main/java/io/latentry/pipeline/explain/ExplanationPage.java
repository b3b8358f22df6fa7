package io.latentry.pipeline.explain;

import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.pipeline.report.Figures;
import io.latentry.pipeline.report.ToolPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An explanation as a page to look at. */
public final class ExplanationPage {
  private ExplanationPage() {}

  /**
   * Writes the page; on failure {@code target} is left as it was.
   *
   * @param source of the row, for the title
   */
  public static void write(Explanation explanation, String source, Path target) {
    var judgement = explanation.judgement();
    ToolPage page =
        new ToolPage(
            "Row " + Figures.count(explanation.row()) + " of " + source,
            "Explanation",
            judgement.verdict() != Verdict.UNSCORABLE
                ? "Verdict %s: score %s, threshold %s, p-value %s."
                    .formatted(
                        judgement.verdict().word(),
                        Figures.of(judgement.score()),
                        Figures.of(explanation.threshold()),
                        Figures.of(judgement.pValue()))
                : "Unscorable: " + judgement.reason());
    if (!judgement.reason().isEmpty()) {
      page.section("reason", "Reason").paragraph(judgement.reason());
    }
    if (judgement.verdict() == Verdict.UNSCORABLE) {
      page.write(target);
      return;
    }
    List<Feature> features = explanation.features();
    page.section("why", "What makes it so")
        .paragraph(
            "Reconstruction term %s nats, latent term %s nats. A bar is a column's contribution: its share of the score. All columns together make up the score."
                .formatted(
                    Figures.of(judgement.reconstructionTerm()), Figures.of(judgement.latentTerm())))
        .bars(
            "Columns that contribute most",
            List.of("Column", "Contribution (nats)", "#Actual", "#Expected", "#Normal range"),
            features.stream().map(Feature::contribution).toList(),
            features.stream()
                .map(
                    f -> List.of(f.name(), given(f.actual()), given(f.expected()), f.normalRange()))
                .toList());
    explanation.repair().ifPresent(repair -> repair(page, repair));
    nearest(page, explanation);
    page.write(target);
  }

  private static void repair(ToolPage page, ProposedRepair repair) {
    page.section("repair", "What would clear the alarm")
        .paragraph(
            "With %s the score is %s, at most the threshold. None of the changes can be left out."
                .formatted(
                    repair.changes().size() == 1 ? "this change" : "these changes",
                    Figures.of(repair.score())))
        .table(
            "Changes",
            List.of("Column", "#From", "#To"),
            repair.changes().stream()
                .map(c -> List.of(c.column(), given(c.from()), given(c.to())))
                .toList());
  }

  private static void nearest(ToolPage page, Explanation explanation) {
    if (explanation.nearest().isEmpty()) {
      return;
    }
    List<String> headings = new ArrayList<>(List.of("Column", "#This row"));
    explanation.nearest().forEach(n -> headings.add("#Row " + Figures.count(n.row())));
    List<List<String>> rows = new ArrayList<>();
    for (Feature feature : explanation.features()) {
      List<String> row = new ArrayList<>(List.of(feature.name(), given(feature.actual())));
      explanation
          .nearest()
          .forEach(n -> row.add(given(n.values().getOrDefault(feature.name(), ""))));
      rows.add(row);
    }
    List<String> distances = new ArrayList<>(List.of("distance of codes", "0"));
    explanation.nearest().forEach(n -> distances.add(Figures.of(n.distance())));
    rows.add(distances);
    page.section("nearest", "The most similar normal rows")
        .table("Rows of the training data with the nearest codes", headings, rows);
  }

  private static String given(String value) {
    return value.isEmpty() ? "missing" : value;
  }
}
