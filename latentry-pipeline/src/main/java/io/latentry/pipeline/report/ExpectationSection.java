package io.latentry.pipeline.report;

import java.util.Map;

/** Normal images beside what the model expects of them. */
final class ExpectationSection {
  private ExpectationSection() {}

  static void addTo(Page page, ReportData data) {
    if (data.expectations().isEmpty()) {
      return;
    }
    page.section(
        "expectations",
        "What is expected",
        Markup.element(
            "p",
            "Normal images, what the model expects in their place, and where both differ, the"
                + " lighter the more. What is missing in the middle the model takes for noise."),
        Markup.element(
            "div.sheet.wide",
            Markup.join(data.expectations().stream().map(ExpectationSection::pictured).toList())));
  }

  private static Markup pictured(ReportData.Picture picture) {
    return Markup.element(
        "figure",
        Markup.element(
            "img",
            Map.of(
                "src",
                "data:image/png;base64," + picture.png(),
                "alt",
                picture.path() + ": actual, expected, difference")),
        Markup.element("figcaption", Markup.element("strong", picture.path())));
  }
}
