package io.latentry.pipeline.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

  /** A chart with the words that stand for it. */
  ToolPage chart(String chartId, String title, String summary, Chart chart) {
    body.add(page.chart(chartId, title, summary, chart));
    return this;
  }

  /** Publishes the page; on failure {@code target} is left as it was. */
  public void write(Path target) {
    endSection();
    try {
      ReportWriter.publish(page.html(), target);
    } catch (IOException e) {
      throw new UncheckedIOException(target + ": not written: " + e.getMessage(), e);
    }
  }

  private void endSection() {
    if (!body.isEmpty()) {
      page.section(id, heading, body.toArray(Markup[]::new));
      body.clear();
    }
  }
}
