package io.latentry.pipeline.report;

import io.latentry.training.detector.LatentInfluence;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What each latent unit moves. */
final class UnitSection {
  private static final int MOST_UNITS = 12;
  private static final int MOST_COLUMNS = 4;

  private UnitSection() {}

  static void addTo(Page page, ReportData data) {
    List<LatentInfluence.Unit> units = data.influence().units();
    if (units.isEmpty()) {
      return;
    }
    Table table = new Table("Which latent unit moves which column", "Unit", "Moves", "#Columns");
    for (LatentInfluence.Unit unit : units.stream().limit(MOST_UNITS).toList()) {
      table.row(
          Integer.toString(unit.unit()),
          unit.columns().stream()
              .limit(MOST_COLUMNS)
              .map(m -> String.format(Locale.ROOT, "%s by %.2f", m.column(), m.deviations()))
              .collect(Collectors.joining(", ")),
          Integer.toString(unit.columns().size()));
    }
    page.section(
        "units",
        "What each latent unit moves",
        Markup.element(
            "p",
            "One unit of a row's code is moved by one of its standard deviations, the others stay. A"
                + " column's expectation then moves by so many of its own standard deviations; a"
                + " category's probability by so much. A unit that moves few columns stands for one"
                + " cause; the beta model aims for such units. Of the first member."
                + (units.size() > MOST_UNITS
                    ? " The %s that move most.".formatted(Figures.count(MOST_UNITS, "unit"))
                    : "")),
        Markup.element("div.plain", table.markup()));
  }
}
