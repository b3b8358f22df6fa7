package io.latentry.pipeline.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.latentry.core.artifact.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One HTML page with style, charts and their data inside. It knows nothing of what it tells, so
 * every report stands on it.
 *
 * <p>Its security policy lets no address be asked and no script run but the two that are written
 * here, named by their hashes. Texts and tables stand in the HTML; the charts are drawn from JSON
 * that the page carries.
 */
final class Page {
  private static final String ECHARTS =
      "/META-INF/resources/webjars/echarts/5.5.0/echarts.common.min.js";
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private record Section(String id, String heading, Markup body) {}

  private final String title;
  private final String kind;
  private final Markup underTitle;
  private final List<Section> sections = new ArrayList<>();
  private final Map<String, Chart> charts = new LinkedHashMap<>();

  /**
   * @param kind of report, such as {@code Fit report}
   */
  Page(String title, String kind, Markup underTitle) {
    this.title = title;
    this.kind = kind;
    this.underTitle = underTitle;
  }

  void section(String id, String heading, Markup... body) {
    sections.add(new Section(id, heading, Markup.join(List.of(body))));
  }

  /**
   * A chart as a figure.
   *
   * @param summary what the chart shows, in words: it stands beside the chart, and for it where it
   *     cannot be seen
   */
  Markup chart(String id, String heading, String summary, Chart chart) {
    if (charts.put(id, chart) != null) {
      throw new IllegalArgumentException("id: '" + id + "' twice (expected: one chart per id)");
    }
    return Markup.element(
        "figure",
        Markup.element("h3", heading),
        Markup.element(
            "div.chart",
            Map.of("id", "chart-" + id, "role", "img", "aria-label", heading + ". " + summary)),
        Markup.element("figcaption", summary));
  }

  String html() {
    String echarts = script(resource(ECHARTS));
    String own = script(resource("report.js"));
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src %s %s; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
        <meta name="referrer" content="no-referrer">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="generator" content="Latentry">
        """
            .formatted(hash(echarts), hash(own))
        + Markup.element("title", title + " - " + kind).html()
        + "\n<style>\n"
        + resource("report.css")
        + "</style>\n</head>\n<body>\n"
        + Markup.element("a.skip", Map.of("href", "#main"), Markup.text("Skip to the report"))
            .html()
        + "\n"
        + Markup.element(
                "header", Markup.element("p.kind", kind), Markup.element("h1", title), underTitle)
            .html()
        + "\n"
        + Markup.element("nav", Map.of("aria-label", "Sections"), Markup.element("ul", contents()))
            .html()
        + "\n<main id=\"main\">\n<noscript><p class=\"notice\">JavaScript is off: the charts are"
        + " told in words, the tables are complete.</p></noscript>\n"
        + body()
        + "</main>\n<footer><p>Written by Latentry. This page asks no network for"
        + " anything; its charts are drawn by Apache ECharts (Apache License 2.0), which it carries.</p></footer>\n"
        + "<script type=\"application/json\" id=\"chart-data\">"
        + data()
        + "</script>\n<script>"
        + echarts
        + "</script>\n<script>"
        + own
        + "</script>\n</body>\n</html>\n";
  }

  private Markup contents() {
    return Markup.join(
        sections.stream()
            .map(
                section ->
                    Markup.element(
                        "li",
                        Markup.element(
                            "a",
                            Map.of("href", "#" + section.id()),
                            Markup.text(section.heading()))))
            .toList());
  }

  private String body() {
    StringBuilder html = new StringBuilder();
    for (Section section : sections) {
      String headingId = section.id() + "-heading";
      html.append(
              Markup.element(
                      "section",
                      Map.of("id", section.id(), "aria-labelledby", headingId),
                      Markup.element("h2", Map.of("id", headingId), Markup.text(section.heading())),
                      section.body())
                  .html())
          .append('\n');
    }
    return html.toString();
  }

  private String data() {
    try {
      // The characters that could end the script element or start another one.
      return JSON.writerFor(
              JSON.getTypeFactory().constructMapType(Map.class, String.class, Chart.class))
          .writeValueAsString(charts)
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("&", "\\u0026")
          .replace("\u2028", "\\u2028")
          .replace("\u2029", "\\u2029");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("charts: not writable as JSON", e);
    }
  }

  private static String script(String source) {
    if (source.contains("</script") || source.contains("<!--")) {
      throw new IllegalStateException("script: ends its own element (expected: no '</script')");
    }
    return source;
  }

  private static String hash(String script) {
    byte[] digest = Digest.sha256().digest(script.getBytes(StandardCharsets.UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource: " + name + " not on the class path");
      }
      // A browser reads CR LF as LF, and hashes what it read.
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("resource: " + name + " not readable", e);
    }
  }
}
