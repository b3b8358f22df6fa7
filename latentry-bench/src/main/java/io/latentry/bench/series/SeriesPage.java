package io.latentry.bench.series;

import io.latentry.core.evaluation.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Standings as Markdown, which a terminal shows well enough too. */
final class SeriesPage {
  private SeriesPage() {}

  static String of(SeriesStandings standings) {
    StringBuilder page = new StringBuilder("# Detection quality on series\n\n");
    page.append("x 100. ").append(standings.protocol().told()).append(";\n");
    page.append(
        """
        no points are adjusted. A series' figure is the mean over seeds, a family's over its series, the
        mean over families. Events and delay (in points, of events found): at the threshold that 1 % of
        the normal points that count exceed.
        """);
    if (!standings.failed().isEmpty()) {
      page.append("\n## Could not be measured\n\n");
      standings
          .failed()
          .forEach(
              f ->
                  page.append("- ")
                      .append(f.set() + ": " + f.reason().replaceAll("\\s*\\R\\s*", " "))
                      .append('\n'));
    }
    if (standings.means().isEmpty()) {
      return page.append("\nNo series could be measured.\n").toString();
    }
    page.append("\n## Mean over families\n\n");
    table(
        page,
        List.of("method", "series", "VUS-PR", "AUC-PR", "VUS-ROC", "AUROC", "events", "delay", "s"),
        standings.means().stream()
            .map(
                m ->
                    List.of(
                        m.method(),
                        String.valueOf(m.seriesCount()),
                        share(m.vusPr()),
                        share(m.auprc()),
                        share(m.vusRoc()),
                        share(m.auroc()),
                        share(m.eventRecall()),
                        number(m.delay()),
                        number(m.seconds())))
            .toList());
    if (!standings.comparisons().isEmpty()) {
      page.append("\n## Ours less each rival (paired bootstrap over series, 95 %)\n\n");
      table(
          page,
          List.of("ours", "rival", "series", "VUS-PR", "AUC-PR", "lowest family, VUS-PR"),
          standings.comparisons().stream()
              .map(
                  c ->
                      List.of(
                          c.ours(),
                          c.rival(),
                          String.valueOf(c.seriesCount()),
                          difference(c.vusPr()),
                          difference(c.auprc()),
                          lowest(c)))
              .toList());
    }
    if (!standings.nab().isEmpty()) {
      nab(page, standings.nab());
    }
    List<SeriesStandings.Figures> families = standings.families();
    page.append("\n## VUS-PR by family\n\n");
    across(page, families, standings, SeriesStandings.Figures::family, f -> f.vusPr());
    page.append("\n## AUC-PR by family\n\n");
    across(page, families, standings, SeriesStandings.Figures::family, f -> f.auprc());
    page.append("\n## Events found by family\n\n");
    across(page, families, standings, SeriesStandings.Figures::family, f -> f.eventRecall());
    page.append("\n## VUS-PR by series\n\n");
    across(
        page,
        standings.series(),
        standings,
        f -> f.family() + "/" + f.set(),
        SeriesStandings.Figures::vusPr);
    return page.toString();
  }

  private static void nab(StringBuilder page, List<SeriesStandings.Nab> methods) {
    SeriesStandings.Nab first = methods.get(0);
    page.append(
        """

        ## NAB score

        Standard profile, one threshold for all %d files (%d windows), the best one for each method; 0
        never raises an alarm, 100 is perfect. Published scores are over NAB's 58 files. "Joined" counts
        the first point of an alarm alone, and points that at most %d others part as one alarm.

        """
            .formatted(first.files(), first.windows(), NabCorpus.BETWEEN));
    table(
        page,
        List.of(
            "method",
            "joined: score",
            "windows found",
            "false alarms",
            "each point: score",
            "windows found",
            "false alarms"),
        methods.stream()
            .map(
                m ->
                    List.of(
                        m.method(),
                        number(m.joined().score()),
                        number(m.joined().found()),
                        number(m.joined().falseAlarms()),
                        number(m.score()),
                        number(m.found()),
                        number(m.falseAlarms())))
            .toList());
  }

  /** One line for each family or series, one column for each method, the best of all first. */
  private static void across(
      StringBuilder page,
      List<SeriesStandings.Figures> figures,
      SeriesStandings standings,
      Function<SeriesStandings.Figures, String> line,
      ToDoubleFunction<SeriesStandings.Figures> figure) {
    List<String> methods = standings.means().stream().map(SeriesStandings.Figures::method).toList();
    Map<String, Map<String, Double>> lines = new LinkedHashMap<>();
    for (SeriesStandings.Figures f : figures) {
      lines
          .computeIfAbsent(line.apply(f), l -> new LinkedHashMap<>())
          .put(f.method(), figure.applyAsDouble(f));
    }
    List<String> header = new ArrayList<>(List.of(""));
    header.addAll(methods);
    List<List<String>> rows = new ArrayList<>();
    lines.forEach(
        (name, byMethod) -> {
          List<String> row = new ArrayList<>(List.of(name));
          methods.forEach(m -> row.add(share(byMethod.getOrDefault(m, Double.NaN))));
          rows.add(row);
        });
    table(page, header, rows);
  }

  private static String lowest(SeriesStandings.Comparison comparison) {
    return comparison.byFamily().entrySet().stream()
        .min(Map.Entry.comparingByValue(Comparator.comparingDouble(f -> f.vusPr().estimate())))
        .map(entry -> entry.getKey() + " " + difference(entry.getValue().vusPr()))
        .orElse("");
  }

  private static void table(StringBuilder page, List<String> header, List<List<String>> rows) {
    page.append("| ").append(String.join(" | ", header)).append(" |\n");
    page.append("|---".repeat(header.size())).append("|\n");
    rows.forEach(row -> page.append("| ").append(String.join(" | ", row)).append(" |\n"));
  }

  private static String share(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.1f", 100 * value);
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.1f", value);
  }

  private static String difference(Interval interval) {
    return String.format(
        Locale.ROOT,
        "%+.1f (%+.1f to %+.1f)",
        100 * interval.estimate(),
        100 * interval.low(),
        100 * interval.high());
  }
}
