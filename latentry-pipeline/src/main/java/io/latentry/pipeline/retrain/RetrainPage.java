package io.latentry.pipeline.retrain;

import io.latentry.core.promotion.Check;
import io.latentry.pipeline.report.Figures;
import io.latentry.pipeline.report.ToolPage;
import io.latentry.pipeline.retrain.RetrainOutcome.Picture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Champion and challenger side by side, as a page to look at. */
public final class RetrainPage {
  private RetrainPage() {}

  /** Writes the page; on failure {@code target} is left as it was. */
  public static void write(RetrainOutcome outcome, String model, Path target) {
    ToolPage page = new ToolPage("Retraining of " + model, "Retraining report", outcome.summary());
    page.section("decision", outcome.promotes() ? "Promote" : "Refuse").bullets(outcome.reasons());
    page.section("checks", "What was checked")
        .paragraph(
            "Every check that must be passed refuses the challenger if it fails, and also if a difference that matters could not be seen with so few rows.")
        .table(
            "Checks",
            List.of("Check", "Came to", "What was found", "#Held to", "#Visible from"),
            outcome.checks().stream().map(RetrainPage::row).toList());
    if (!outcome.pictures().isEmpty()) {
      List<ToolPage.Multiple> multiples = new ArrayList<>();
      for (Picture picture : outcome.pictures()) {
        if (picture.edges().length > 0) {
          multiples.add(
              new ToolPage.Multiple(
                  "both-" + multiples.size(),
                  picture.title(),
                  picture.words(),
                  picture.edges(),
                  List.of(),
                  picture.champion(),
                  picture.challenger()));
        }
      }
      page.section("pictures", "Champion beside challenger")
          .sides("champion", "challenger", multiples);
    }
    page.section("rows", "Rows")
        .table(
            "What was made of the rows",
            List.of("Rows", "#Count"),
            outcome.rows().entrySet().stream()
                .map(
                    (Map.Entry<String, Long> e) -> List.of(e.getKey(), Figures.count(e.getValue())))
                .toList())
        .paragraph(
            "The champion alarms above a score of %s. Alarms up to %s are taken for the tail of the normal of now, since the rows without an alarm moved as far."
                .formatted(Figures.of(outcome.threshold()), Figures.of(outcome.tail())));
    if (!outcome.scale().isEmpty()) {
      page.section("scale", "What a score means")
          .paragraph(
              "A p-value says the same of either model: how rare such a score is among its own normal rows. These are the scores behind it.")
          .table(
              "Scores by p-value",
              List.of("p-value", "#Champion", "#Challenger"),
              outcome.scale().stream()
                  .map(
                      mark ->
                          List.of(
                              Figures.of(mark.pValue()),
                              Figures.of(mark.champion()),
                              Figures.of(mark.challenger())))
                  .toList());
    }
    page.section("about", "What was done").bullets(about(outcome));
    page.write(target);
  }

  private static List<String> row(Check check) {
    Double bound = check.bound();
    Double visible = check.visible();
    return List.of(
        check.name().replace('_', ' '),
        check.outcome().word().replace('_', ' ').toLowerCase(Locale.ROOT)
            + (check.must() ? "" : " (told only)"),
        check.words(),
        bound == null ? "" : Figures.of(bound),
        visible == null ? "" : Figures.of(visible));
  }

  private static List<String> about(RetrainOutcome outcome) {
    List<String> about = new ArrayList<>();
    about.add("Champion: " + outcome.champion() + ".");
    if (outcome.challenger() == null) {
      about.add("No challenger: nothing was learned from these rows.");
    } else {
      about.add(
          "Challenger: %s, learned from %s rows in %s s; %s normal rows were kept apart."
              .formatted(
                  outcome.challenger(),
                  Figures.count(outcome.learned()),
                  Figures.of(Math.round(10 * outcome.seconds()) / 10.0),
                  Figures.count(outcome.keptApart())));
      about.add("Normals of old: " + outcome.oldNormals() + ".");
    }
    String from = outcome.span().from();
    String to = outcome.span().to();
    about.add(
        "%s of %s%s."
            .formatted(
                outcome.span().words(),
                String.join(", ", outcome.data()),
                from == null || to == null ? "" : ", " + from + " to " + to));
    outcome
        .notes()
        .forEach(
            note -> about.add(Character.toUpperCase(note.charAt(0)) + note.substring(1) + "."));
    return about;
  }
}
