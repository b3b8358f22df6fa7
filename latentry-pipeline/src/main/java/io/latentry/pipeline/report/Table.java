package io.latentry.pipeline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A table with a caption; it scrolls by itself where the page is too narrow for it. */
final class Table {
  private final String caption;
  private final List<String> headings;
  private final List<Markup> rows = new ArrayList<>();

  /** A heading that begins with {@code #} is that of a column of numbers. */
  Table(String caption, String... headings) {
    this.caption = caption;
    this.headings = List.of(headings);
  }

  /** The first cell names the row. */
  Table row(Markup... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          "cells: %d (expected: %d; table '%s')".formatted(cells.length, headings.size(), caption));
    }
    List<Markup> row = new ArrayList<>();
    for (int j = 0; j < cells.length; j++) {
      row.add(
          j == 0
              ? Markup.element("th", Map.of("scope", "row"), cells[0])
              : Markup.element(isNumber(j) ? "td.number" : "td", cells[j]));
    }
    rows.add(Markup.element("tr", Markup.join(row)));
    return this;
  }

  Table row(String... texts) {
    Markup[] cells = new Markup[texts.length];
    for (int j = 0; j < texts.length; j++) {
      cells[j] = Markup.text(texts[j]);
    }
    return row(cells);
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  Markup markup() {
    List<Markup> head = new ArrayList<>();
    for (int j = 0; j < headings.size(); j++) {
      head.add(
          Markup.element(
              isNumber(j) ? "th.number" : "th",
              Map.of("scope", "col"),
              Markup.text(isNumber(j) ? headings.get(j).substring(1) : headings.get(j))));
    }
    return Markup.element(
        "div.scroll",
        Map.of("role", "region", "aria-label", caption, "tabindex", "0"),
        Markup.element(
            "table",
            Markup.element("caption", caption),
            Markup.element("thead", Markup.element("tr", Markup.join(head))),
            Markup.element("tbody", Markup.join(rows))));
  }

  private boolean isNumber(int column) {
    return headings.get(column).startsWith("#");
  }
}
