package io.latentry.cli.fit;

import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.core.data.LeftOutColumn;
import io.latentry.pipeline.plan.Plan;

/** What a fit would be, for people. */
final class PlanText {
  private static final int MOST_COLUMNS = 60;
  private static final int WIDEST_CELL = 50;

  private PlanText() {}

  static String text(Plan plan) {
    StringBuilder text = new StringBuilder();
    String line = System.lineSeparator();
    text.append(plan.source())
        .append(": ")
        .append(Wording.rows(plan.rows()))
        .append(", ")
        .append(Wording.count(plan.columns().size(), "input", "inputs"))
        .append(line)
        .append(line)
        .append(columns(plan))
        .append(line);
    if (!plan.problems().isEmpty()) {
      text.append(line).append("to look at:").append(line);
      plan.problems().stream()
          .limit(MOST_COLUMNS)
          .forEach(problem -> text.append("  ").append(problem).append(line));
    }
    text.append(line)
        .append("false-alarm rates that ")
        .append(Wording.count(plan.normalRows(), "normal row", "normal rows"))
        .append(" can promise:");
    TextTable rates = new TextTable(Integer.MAX_VALUE);
    for (Plan.RowsForRate rate : plan.rowsNeeded()) {
      rates.row(
          Wording.percent(rate.falseAlarmRate()),
          rate.enough() ? "yes" : "no",
          "takes " + Wording.count(rate.normalRows()) + " normal rows");
    }
    rates.row(Wording.percent(plan.smallestFalseAlarmRate()), "the smallest");
    return text.append(line)
        .append(rates.text("  "))
        .append(line)
        .append(line)
        .append("a fit would take about ")
        .append(Wording.duration(plan.trainingSeconds()))
        .append(" and ")
        .append(Wording.size(plan.memoryBytes()))
        .append(" of memory")
        .append(plan.crossValidated() ? " (few rows: calibrated by cross-validation)" : "")
        .toString();
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
