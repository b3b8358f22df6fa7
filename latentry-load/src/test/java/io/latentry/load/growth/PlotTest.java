package io.latentry.load.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

final class PlotTest {
  private static final Pattern SLOPE =
      Pattern.compile("class=\"slope\" x=\"([\\d.]+)\" y=\"([\\d.]+)\"[^>]*>([^<]+)<");

  private static final Part PART =
      new Part(
          "rows",
          "Rows",
          "A setting.",
          List.of(
              growing(Method.LATENTRY, 0.5, 0.01, 4, ""),
              growing(Method.NEIGHBOURS, 0.5, 0.0101, 4, ""),
              growing(Method.VAE, 1, 0.5, 3, "1,000,000 took more than 120 s")),
          List.of(growing(Method.LATENTRY, 1, 0.001, 4, "")));

  @Test
  void aPictureStandsByItselfOnLightAndDarkPages() throws Exception {
    String svg = Plot.svg(PART);
    Document read =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));

    assertThat(read.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(svg)
        .contains("prefers-color-scheme: dark", "fit, seconds", "score, peak memory in MB")
        .doesNotContain("url(", "@import", "href", "NaN", "Infinity");
  }

  @Test
  void slopesOfCurvesThatEndAtOnePlaceStandBelowEachOther() {
    List<double[]> places = new ArrayList<>();
    Matcher label = SLOPE.matcher(Plot.svg(PART));
    while (label.find()) {
      places.add(
          new double[] {Double.parseDouble(label.group(1)), Double.parseDouble(label.group(2))});
    }

    // Of the four curves, in seconds and in memory.
    assertThat(places).hasSize(8);
    for (double[] one : places) {
      for (double[] other : places) {
        if (one != other) {
          assertThat(Math.abs(one[0] - other[0]) >= 40 || Math.abs(one[1] - other[1]) >= 13)
              .as("labels at %s and %s", List.of(one[0], one[1]), List.of(other[0], other[1]))
              .isTrue();
        }
      }
    }
  }

  @Test
  void aCurveThatEndsHasARingInEachPanel() {
    assertThat(Plot.svg(PART).split("class=\"open\"", -1)).hasSize(3);
  }

  @Test
  void thePageTellsEveryCostTheSlopesAndWhyACurveEnds() {
    String page =
        Page.markdown(
            new Page.About("2 cores", "pyod 1", "A start is 0.3 s.", 120), List.of(PART), "dir");

    assertThat(page)
        .contains("![Rows: time and memory of fit and score, log-log](dir/rows.svg)")
        .contains("| 100,000 | 3.2 s, 95 MB | 3.2 s, 95 MB |  |")
        .contains("| slope | 0.50; 0.25 | 0.50; 0.25 | 1.00; 0.25 |")
        .contains("- fit, PyOD's VAE, ends: 1,000,000 took more than 120 s")
        .contains("pyod 1", "more than 120 s, or would");
  }

  /** Points at 100, 1,000, ... whose seconds grow by {@code slope} and memory by a quarter. */
  private static Curve growing(Method method, double slope, double first, int points, String end) {
    Curve curve = Curve.of(method);
    for (int i = 0; i < points; i++) {
      double size = Math.pow(10, i + 2);
      long bytes = (long) (1e8 * Math.pow(size / 1e5, 0.25));
      curve = curve.with(new Curve.Point((long) size, first * Math.pow(size, slope), bytes));
    }
    return end.isEmpty() ? curve : curve.endedBy(end);
  }
}
