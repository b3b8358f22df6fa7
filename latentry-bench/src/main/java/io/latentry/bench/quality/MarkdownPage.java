package io.latentry.bench.quality;

import io.latentry.core.evaluation.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Standings as Markdown, which a terminal shows well enough too. */
final class MarkdownPage {
  static final List<String> MEAN_HEADER =
      List.of("method", "sets", "AUROC", "AUPRC", "fit s", "score s");
  static final List<String> COMPARISON_HEADER =
      List.of("rival", "sets", "AUROC", "won-lost-tied", "AUPRC", "won-lost-tied");

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
    means(page, standings.means());
    page.append("\n## Difference to each rival (paired bootstrap over sets, 95 %)\n\n");
    comparisons(page, standings.comparisons());
    for (Standings.Family family : standings.families()) {
      page.append("\n## ").append(oneLine(family.name())).append(": ");
      page.append(family.sets().size()).append(" sets\n\n");
      means(page, family.means());
      page.append('\n');
      comparisons(page, family.comparisons());
    }
    page.append("\n## By set\n\n");
    SetTable bySet = SetTable.of(standings);
    table(page, bySet.header(), bySet.rows());
    return page.toString();
  }

  private static void means(StringBuilder page, List<Standings.Mean> means) {
    table(page, MEAN_HEADER, means.stream().map(MarkdownPage::cells).toList());
  }

  private static void comparisons(StringBuilder page, List<Standings.Comparison> comparisons) {
    table(page, COMPARISON_HEADER, comparisons.stream().map(MarkdownPage::cells).toList());
  }

  static List<String> cells(Standings.Mean mean) {
    return List.of(
        mean.method(),
        String.valueOf(mean.sets()),
        number(mean.auroc()),
        number(mean.auprc()),
        number(mean.fitSeconds()),
        number(mean.scoreSeconds()));
  }

  static List<String> cells(Standings.Comparison comparison) {
    return List.of(
        comparison.rival(),
        String.valueOf(comparison.sets()),
        difference(comparison.auroc()),
        tally(comparison.aurocTally()),
        difference(comparison.auprc()),
        tally(comparison.auprcTally()));
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
