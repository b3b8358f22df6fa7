package io.latentry.pipeline.report;

import io.latentry.ingest.read.DataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A page of one of the tools around the detector, written piece by piece. Every text may come from
 * the data; the same pieces give the same bytes.
 */
public final class ToolPage {
  private final Page page;
  private final List<Markup> body = new ArrayList<>();
  private String id = "";
  private String heading = "";

  /**
   * @param kind of page, such as {@code Explanation}
   * @param lead one sentence under the title
   */
  public ToolPage(String title, String kind, String lead) {
    this.page = new Page(title, kind, Markup.element("p.lead", lead));
  }

  /** Begins a section; what follows stands in it. */
  public ToolPage section(String newId, String newHeading) {
    endSection();
    id = newId;
    heading = newHeading;
    return this;
  }

  public ToolPage paragraph(String text) {
    body.add(Markup.element("p", text));
    return this;
  }

  /** A list; nothing if there are no texts. */
  public ToolPage bullets(List<String> texts) {
    body.add(Markup.bullets(texts));
    return this;
  }

  /**
   * A table; nothing if there are no rows.
   *
   * @param headings those of numbers begin with {@code #}
   * @param rows as many cells as headings; the first names the row
   */
  public ToolPage table(String caption, List<String> headings, List<List<String>> rows) {
    Table table = new Table(caption, headings.toArray(String[]::new));
    rows.forEach(row -> table.row(row.toArray(String[]::new)));
    if (!table.isEmpty()) {
      body.add(table.markup());
    }
    return this;
  }

  /**
   * A table whose second column is drawn as bars.
   *
   * @param values of the second column, one a row
   * @param rows without it
   */
  public ToolPage bars(
      String caption, List<String> headings, List<Double> values, List<List<String>> rows) {
    Table table = new Table(caption, headings.toArray(String[]::new));
    double largest =
        values.stream().mapToDouble(Double::doubleValue).filter(Double::isFinite).max().orElse(0);
    for (int i = 0; i < rows.size(); i++) {
      List<Markup> cells = new ArrayList<>(rows.get(i).stream().map(Markup::text).toList());
      cells.add(1, AnomalySection.bar(values.get(i), largest));
      table.row(cells.toArray(Markup[]::new));
    }
    if (!table.isEmpty()) {
      body.add(table.markup());
    }
    return this;
  }

  /** A colour by meaning. */
  public enum Tone {
    NORMAL(Chart.Ink.NORMAL),
    ANOMALY(Chart.Ink.ANOMALY),
    QUIET(Chart.Ink.QUIET);

    private final Chart.Ink ink;

    Tone(Chart.Ink ink) {
      this.ink = ink;
    }
  }

  /**
   * Dots of one colour.
   *
   * @param points {@code {x, y, row}} each
   * @param told what pointing at a dot shows beside its row
   */
  public record Dots(String name, Tone tone, List<double[]> points, List<String> told) {}

  /** A scatter without axes to read: what counts is who is near whom. */
  public ToolPage scatter(String chartId, String title, String summary, List<Dots> dots) {
    Chart chart =
        new Chart.Scatter(
            Chart.Axis.linear(""),
            Chart.Axis.linear(""),
            dots.stream()
                .map(
                    d ->
                        new Chart.Cloud(
                            d.name(),
                            d.tone().ink,
                            d.tone() == Tone.ANOMALY
                                ? "triangle"
                                : d.tone() == Tone.QUIET ? "emptyCircle" : "circle",
                            d.points().stream().map(ToolPage::plotted).toList(),
                            d.told()))
                .toList(),
            new Chart.Line("", Chart.Ink.QUIET, false, List.of()));
    body.add(Markup.element("div.map", page.chart(chartId, title, summary, chart)));
    return this;
  }

  private static double[] plotted(double[] point) {
    return new double[] {Figures.plotted(point[0]), Figures.plotted(point[1]), point[2]};
  }

  /**
   * A curve.
   *
   * @param points {@code {x, y}} each
   */
  public record Curve(String name, Tone tone, boolean dashed, List<double[]> points) {}

  /**
   * Curves over a numeric axis.
   *
   * @param mark where a vertical line is drawn, and its label; empty for none
   * @param band a range of x that is shaded, {@code {from, to}}; empty for none
   */
  public ToolPage curves(
      String chartId,
      String title,
      String summary,
      String x,
      String y,
      List<Curve> curves,
      Optional<Map.Entry<Double, String>> mark,
      Optional<double[]> band) {
    return chart(
        chartId,
        title,
        summary,
        new Chart.Lines(
            Chart.Axis.linear(x),
            Chart.Axis.linear(y),
            curves.stream()
                .map(c -> new Chart.Line(c.name(), c.tone().ink, c.dashed(), c.points()))
                .toList(),
            mark.map(m -> new Chart.Mark(m.getKey(), m.getValue())).orElse(null),
            band.orElse(null)));
  }

  /**
   * Observed rates against promised ones, on logarithmic axes.
   *
   * @param points {@code {promised, observed, lower, upper}} each
   */
  public ToolPage promises(String chartId, String title, String summary, List<double[]> points) {
    return chart(
        chartId,
        title,
        summary,
        new Chart.Intervals(
            new Chart.Axis("promised false-alarm rate", Chart.Scale.LOG, 1, true),
            new Chart.Axis("observed", Chart.Scale.LOG, 1, true),
            "observed, with its interval",
            points));
  }

  /**
   * Shares of normal rows beside those of now.
   *
   * @param summary what the chart shows, in words
   * @param edges of bins, one more than shares; empty if {@code names} are there
   * @param names of values, one for each share
   */
  public record Multiple(
      String chartId,
      String title,
      String summary,
      double[] edges,
      List<String> names,
      double[] normal,
      double[] now) {}

  /** Small charts of one kind, to be compared with each other; nothing if there are none. */
  public ToolPage multiples(List<Multiple> multiples) {
    return sides("normal rows", "now", multiples);
  }

  /**
   * The same of other sides.
   *
   * @param first what {@link Multiple#normal} is of
   * @param second what {@link Multiple#now} is of
   */
  public ToolPage sides(String first, String second, List<Multiple> multiples) {
    if (!multiples.isEmpty()) {
      body.add(
          Markup.element(
              "div.grid",
              Markup.join(multiples.stream().map(one -> small(one, first, second)).toList())));
    }
    return this;
  }

  private Markup small(Multiple one, String first, String second) {
    List<Chart.Shares> series =
        List.of(
            new Chart.Shares(first, Chart.Ink.NORMAL, rounded(one.normal())),
            new Chart.Shares(second, Chart.Ink.ANOMALY, rounded(one.now())));
    Chart.Axis shares = Chart.Axis.share("share of values");
    return page.chart(
        one.chartId(),
        one.title(),
        one.summary(),
        one.names().isEmpty()
            ? new Chart.Histogram(
                Chart.Axis.linear(one.title()), shares, rounded(one.edges()), series, null)
            : new Chart.Sides(Chart.Axis.linear(""), shares, one.names(), series));
  }

  private static double[] rounded(double[] values) {
    return Arrays.stream(values).map(Figures::plotted).toArray();
  }

  /** A chart with the words that stand for it. */
  private ToolPage chart(String chartId, String title, String summary, Chart chart) {
    body.add(page.chart(chartId, title, summary, chart));
    return this;
  }

  /** Publishes the page; on failure {@code target} is left as it was. */
  public void write(Path target) {
    endSection();
    try {
      ReportWriter.publish(page.html(), target);
    } catch (IOException e) {
      throw new UncheckedIOException(target + ": not written: " + DataSource.reason(e), e);
    }
  }

  private void endSection() {
    if (!body.isEmpty()) {
      page.section(id, heading, body.toArray(Markup[]::new));
      body.clear();
    }
  }
}
