package io.latentry.cli.fit;

import io.latentry.cli.terminal.Shown;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.core.data.LeftOutColumn;
import io.latentry.pipeline.plan.ImagePlan;
import io.latentry.pipeline.plan.Plan;
import java.util.List;

/** What a fit would be, for people. */
final class PlanText {
  private static final int MOST_COLUMNS = 60;
  private static final int WIDEST_CELL = 50;

  private PlanText() {}

  static String text(Plan plan) {
    StringBuilder text = new StringBuilder();
    String line = System.lineSeparator();
    text.append(Shown.line(plan.source()))
        .append(": ")
        .append(Wording.rows(plan.rows()))
        .append(", ")
        .append(Wording.count(plan.columns().size(), "input", "inputs"))
        .append(line)
        .append(line)
        .append(columns(plan))
        .append(line);
    problems(text, plan.problems());
    rates(
        text,
        Wording.count(plan.normalRows(), "normal row", "normal rows"),
        "normal rows",
        plan.rowsNeeded(),
        plan.smallestFalseAlarmRate());
    return cost(text, plan.trainingSeconds(), plan.memoryBytes())
        .append(plan.crossValidated() ? " (few rows: calibrated by cross-validation)" : "")
        .toString();
  }

  private static void problems(StringBuilder text, List<String> problems) {
    String line = System.lineSeparator();
    if (!problems.isEmpty()) {
      text.append(line).append("to look at:").append(line);
      problems.stream()
          .limit(MOST_COLUMNS)
          .forEach(problem -> text.append("  ").append(Shown.line(problem)).append(line));
    }
  }

  private static void rates(
      StringBuilder text,
      String normals,
      String unit,
      List<Plan.RowsForRate> needed,
      double smallest) {
    String line = System.lineSeparator();
    text.append(line).append("false-alarm rates that ").append(normals).append(" can promise:");
    TextTable rates = new TextTable(Integer.MAX_VALUE);
    for (Plan.RowsForRate rate : needed) {
      rates.row(
          Wording.percent(rate.falseAlarmRate()),
          rate.enough() ? "yes" : "no",
          "takes " + Wording.count(rate.normalRows()) + " " + unit);
    }
    rates.row(Wording.percent(smallest), "the smallest");
    text.append(line).append(rates.text("  ")).append(line);
  }

  private static StringBuilder cost(StringBuilder text, double seconds, long bytes) {
    return text.append(System.lineSeparator())
        .append("a fit would take about ")
        .append(Wording.duration(seconds))
        .append(" and ")
        .append(Wording.size(bytes))
        .append(" of memory");
  }

  static String text(ImagePlan plan) {
    String line = System.lineSeparator();
    TextTable table =
        new TextTable(Integer.MAX_VALUE)
            .row("normal", Wording.count(plan.normalImages()) + " to learn from")
            .row("others", Wording.count(plan.otherImages()) + " that are not learned from")
            .row("masks", Wording.count(plan.masks()))
            .row("size", span(plan.width()) + " x " + span(plan.height()) + " pixels");
    plan.forms().forEach((form, count) -> table.row("form", Wording.count(count) + " " + form));
    table.row(
        "judged as",
        "%d x %d pixels, in %s%s"
            .formatted(
                plan.judgedAs().width(),
                plan.judgedAs().height(),
                plan.judgedAs().channels() == 1 ? "grey" : "colours",
                FitSummary.tilesText(plan.judgedAs())));
    StringBuilder text =
        new StringBuilder(plan.source())
            .append(": ")
            .append(Wording.count(plan.images(), "image", "images"))
            .append(line)
            .append(line)
            .append(table.text("  "))
            .append(line);
    problems(text, plan.problems());
    rates(
        text,
        Wording.count(plan.normalImages(), "normal image", "normal images"),
        "normal images",
        plan.imagesNeeded(),
        plan.smallestFalseAlarmRate());
    return cost(text, plan.trainingSeconds(), plan.memoryBytes()).toString();
  }

  private static String span(ImagePlan.Span span) {
    return span.least() == span.most()
        ? Integer.toString(span.least())
        : "%d (%d to %d)".formatted(span.median(), span.least(), span.most());
  }

  private static String columns(Plan plan) {
    TextTable table = new TextTable(WIDEST_CELL).row("column", "type", "missing", "values");
    plan.columns().stream()
        .limit(MOST_COLUMNS)
        .forEach(
            c ->
                table.row(
                    c.name(),
                    Wording.spaced(c.type().name()),
                    Wording.percent(c.missingShare()),
                    c.range()));
    if (plan.columns().size() > MOST_COLUMNS) {
      table.row("and " + (plan.columns().size() - MOST_COLUMNS) + " more; --json has them all");
    }
    for (LeftOutColumn column : plan.leftOut().stream().limit(MOST_COLUMNS).toList()) {
      table.row(column.name(), "left out", "", column.reason());
    }
    return table.text("  ");
  }
}
