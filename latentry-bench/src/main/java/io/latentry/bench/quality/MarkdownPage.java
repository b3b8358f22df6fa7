package io.latentry.bench.quality;

import io.latentry.core.evaluation.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Standings as Markdown, which a terminal shows well enough too. */
final class MarkdownPage {
  private MarkdownPage() {}

  static String of(Standings standings) {
    StringBuilder page = new StringBuilder("# Detection quality\n\n");
    page.append(
        "AUROC / AUPRC x 100, one-class protocol; a set's figure is the mean over seeds.\n\n");
    if (!standings.failed().isEmpty()) {
      page.append("## Could not be used\n\n");
      standings
          .failed()
          .forEach(
              f -> page.append("- ").append(f.set() + ": " + oneLine(f.reason())).append('\n'));
      page.append('\n');
    }
    if (standings.sets().isEmpty()) {
      return page.append("No set could be used.\n").toString();
    }
    page.append("## Means\n\n");
    table(
        page,
        List.of("method", "sets", "AUROC", "AUPRC", "fit s", "score s"),
        standings.means().stream()
            .map(
                m ->
                    List.of(
                        m.method(),
                        String.valueOf(m.sets()),
                        number(m.auroc()),
                        number(m.auprc()),
                        number(m.fitSeconds()),
                        number(m.scoreSeconds())))
            .toList());
    page.append("\n## Difference to each rival (paired bootstrap over sets, 95 %)\n\n");
    table(
        page,
        List.of("rival", "sets", "AUROC", "won-lost-tied", "AUPRC", "won-lost-tied"),
        standings.comparisons().stream()
            .map(
                c ->
                    List.of(
                        c.rival(),
                        String.valueOf(c.sets()),
                        difference(c.auroc()),
                        tally(c.aurocTally()),
                        difference(c.auprc()),
                        tally(c.auprcTally())))
            .toList());
    page.append("\n## By set\n\n");
    SetTable bySet = SetTable.of(standings);
    table(page, bySet.header(), bySet.rows());
    return page.toString();
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ");
  }

  static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.2f", value);
  }

  static String difference(Interval of) {
    return String.format(Locale.ROOT, "%+.2f [%+.2f, %+.2f]", of.estimate(), of.low(), of.high());
  }

  static String tally(Standings.Tally tally) {
    return tally.won() + "-" + tally.lost() + "-" + tally.tied();
  }

  private static void table(StringBuilder page, List<String> header, List<List<String>> rows) {
    List<List<String>> all = new ArrayList<>(List.of(header));
    all.addAll(rows);
    int[] widths = new int[header.size()];
    for (List<String> row : all) {
      for (int j = 0; j < widths.length; j++) {
        widths[j] = Math.max(widths[j], row.get(j).length());
      }
    }
    for (int i = 0; i < all.size(); i++) {
      for (int j = 0; j < widths.length; j++) {
        page.append(j == 0 ? "| " : " | ");
        String cell = all.get(i).get(j);
        String gap = " ".repeat(widths[j] - cell.length());
        page.append(j == 0 ? cell + gap : gap + cell);
      }
      page.append(" |\n");
      if (i == 0) {
        for (int j = 0; j < widths.length; j++) {
          page.append(j == 0 ? "|" : "")
              .append("-".repeat(widths[j] + 1))
              .append(j == 0 ? "-|" : ":|");
        }
        page.append('\n');
      }
    }
  }
}
