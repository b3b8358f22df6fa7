package io.latentry.bench.quality;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Standings as one self-contained page: box plots of the differences to each rival, then tables.
 */
final class HtmlPage {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--ink:#1c2430;--soft:#6b7685;--line:#d9dee5;--box:#3b82c4;--paper:#fff}
      @media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#98a3b3;--line:#333c48;--box:#5aa2e0;--paper:#14181e}}
      body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:70rem;margin:2rem auto;padding:0 1rem}
      .wide{overflow-x:auto} table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:.5rem 0 2rem}
      th,td{padding:.25rem .7rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
      th:first-child,td:first-child{text-align:left} th{color:var(--soft);font-weight:600}
      .us{font-weight:700} svg{max-width:100%;height:auto} svg text{fill:var(--ink);font:13px system-ui,sans-serif}
      .axis{stroke:var(--line)} .zero{stroke:var(--soft)} .box{fill:var(--box);fill-opacity:.35;stroke:var(--box)}
      .mid{stroke:var(--box);stroke-width:2} .dot{fill:var(--soft);fill-opacity:.6} p{color:var(--soft)}
      """;

  private static final int LABEL_WIDTH = 190;
  private static final int PLOT_WIDTH = 700;
  private static final int LANE = 26;

  private HtmlPage() {}

  static String of(Standings standings) {
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">");
    page.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
    page.append("<title>Detection quality</title><style>").append(STYLE).append("</style>");
    page.append("<h1>Detection quality</h1><p>AUROC and AUPRC &times; 100 under the one-class");
    page.append(" protocol; a set&rsquo;s figure is the mean over seeds.</p>");
    if (!standings.failed().isEmpty()) {
      page.append("<h2>Could not be used</h2>");
      page.append("<ul>");
      standings
          .failed()
          .forEach(
              f ->
                  page.append("<li>").append(escaped(f.set() + ": " + f.reason())).append("</li>"));
      page.append("</ul>");
    }
    if (standings.sets().isEmpty()) {
      return page.append("<p>No set could be used.</p></html>\n").toString();
    }
    page.append("<h2>AUROC: our detector less each rival, by set</h2>");
    page.append(boxes(standings, Standings.Comparison::aurocDifferences));
    page.append("<h2>AUPRC: our detector less each rival, by set</h2>");
    page.append(boxes(standings, Standings.Comparison::auprcDifferences));
    page.append("<p>Box: the middle half of the sets, with the median; a dot for every set.</p>");
    page.append("<h2>Means</h2>");
    means(page, standings.means());
    page.append("<h2>Difference to each rival</h2>");
    page.append("<p>Mean over sets with the paired bootstrap 95&nbsp;% interval.</p>");
    comparisons(page, standings.comparisons());
    for (Standings.Family family : standings.families()) {
      page.append("<h2>").append(escaped(family.name())).append(": ");
      page.append(family.sets().size()).append(" sets</h2>");
      means(page, family.means());
      comparisons(page, family.comparisons());
    }
    page.append("<h2>By set</h2>");
    SetTable bySet = SetTable.of(standings);
    table(page, bySet.header(), bySet.rows());
    return page.append("</html>\n").toString();
  }

  private static void means(StringBuilder page, List<Standings.Mean> means) {
    table(page, MarkdownPage.MEAN_HEADER, means.stream().map(MarkdownPage::cells).toList());
  }

  private static void comparisons(StringBuilder page, List<Standings.Comparison> comparisons) {
    table(
        page,
        MarkdownPage.COMPARISON_HEADER,
        comparisons.stream().map(MarkdownPage::cells).toList());
  }

  /** One lane a rival; the scale is cut at the 2nd and 98th percentile of all differences. */
  private static String boxes(
      Standings standings, Function<Standings.Comparison, double[]> differences) {
    double[] all =
        standings.comparisons().stream()
            .flatMapToDouble(c -> Arrays.stream(differences.apply(c)))
            .sorted()
            .toArray();
    if (all.length == 0) {
      return "<p>No rival to compare with.</p>";
    }
    double low = Math.min(-1, quantile(all, 0.02));
    double high = Math.max(1, quantile(all, 0.98));
    int height = LANE * standings.comparisons().size() + 30;
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"differences by rival\">"
            .formatted(LABEL_WIDTH + PLOT_WIDTH + 20, height));
    double step = niceStep((high - low) / 8);
    for (double tick = Math.ceil(low / step) * step; tick <= high; tick += step) {
      double x = x(tick, low, high);
      svg.append(line(Math.abs(tick) < step / 2 ? "zero" : "axis", x, 0, x, height - 22));
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
              x,
              height - 6,
              label(tick, step)));
    }
    int lane = 0;
    for (Standings.Comparison comparison : standings.comparisons()) {
      double[] sorted = differences.apply(comparison).clone();
      Arrays.sort(sorted);
      double y = LANE * lane++ + LANE / 2.0;
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
              LABEL_WIDTH - 10,
              y + 4,
              escaped(comparison.rival())));
      double from = x(quantile(sorted, 0.25), low, high);
      double to = x(quantile(sorted, 0.75), low, high);
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"box\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"14\" rx=\"2\"/>",
              from,
              y - 7,
              Math.max(1, to - from)));
      double middle = x(quantile(sorted, 0.5), low, high);
      svg.append(line("mid", middle, y - 7, middle, y + 7));
      for (double value : sorted) {
        svg.append(
            String.format(
                Locale.ROOT,
                "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.2\"/>",
                x(value, low, high),
                y));
      }
    }
    return svg.append("</svg>").toString();
  }

  private static double x(double value, double low, double high) {
    double share = (Math.max(low, Math.min(high, value)) - low) / (high - low);
    return LABEL_WIDTH + share * PLOT_WIDTH;
  }

  private static String label(double tick, double step) {
    double rounded = Math.abs(tick) < step / 2 ? 0 : tick;
    return String.format(Locale.ROOT, step < 1 ? "%.1f" : "%.0f", rounded);
  }

  private static String line(String kind, double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT,
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        kind,
        x1,
        y1,
        x2,
        y2);
  }

  /** 1, 2 or 5 times a power of ten, at least {@code least}. */
  private static double niceStep(double least) {
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= least) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(sorted.length - 1, below + 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  private static void table(StringBuilder page, List<String> header, List<List<String>> rows) {
    page.append("<div class=\"wide\"><table><thead><tr>");
    header.forEach(cell -> page.append("<th>").append(escaped(cell)).append("</th>"));
    page.append("</tr></thead><tbody>");
    for (List<String> row : rows) {
      page.append(row.get(0).equals(Contest.MODEL) ? "<tr class=\"us\">" : "<tr>");
      row.forEach(cell -> page.append("<td>").append(escaped(cell)).append("</td>"));
      page.append("</tr>");
    }
    page.append("</tbody></table></div>");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
