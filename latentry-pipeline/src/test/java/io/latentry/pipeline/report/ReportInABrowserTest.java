package io.latentry.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportInABrowserTest {
  @TempDir Path folder;

  @Test
  void everyChartIsDrawnAndTheConsoleStaysSilent() throws Exception {
    Chromium.Opened page = opened("full", SampleReports.full());
    assertThat(chartsIn(page.dom())).isEqualTo(10);
    assertThat(drawnIn(page.dom())).isEqualTo(10);
    assertThat(page.console()).isEmpty();
  }

  @Test
  void chartsAreDrawnOnAPhoneToo() throws Exception {
    Chromium.Opened page = opened("full", SampleReports.full(), "--window-size=390,900");
    assertThat(drawnIn(page.dom())).isEqualTo(10);
    assertThat(page.console()).isEmpty();
  }

  @Test
  void namesFromTheDataCannotBreakOut() throws Exception {
    Chromium.Opened page = opened("hostile", SampleReports.hostile());
    // The chart library has an <img in a string of its own.
    String outsideScripts = page.dom().replaceAll("(?s)<script.*?</script>", "");
    assertThat(outsideScripts).doesNotContain("<img ").contains("&lt;img src=x onerror");
    assertThat(count(page.dom(), "</script>")).isEqualTo(3);
    assertThat(drawnIn(page.dom())).isEqualTo(chartsIn(page.dom())).isPositive();
    assertThat(page.console()).isEmpty();
  }

  @Test
  void aBareManifestIsAPageToo() throws Exception {
    Chromium.Opened page = opened("bare", SampleReports.bare());
    assertThat(chartsIn(page.dom())).isZero();
    assertThat(page.dom()).contains("Provenance");
    assertThat(page.console()).isEmpty();
  }

  private Chromium.Opened opened(String name, ReportData data, String... flags)
      throws IOException, InterruptedException {
    // Kept after the test, to be looked at.
    Path page = Files.createDirectories(Path.of("target", "reports")).resolve(name + ".html");
    ReportWriter.write(data, page);
    return Chromium.open(page.toAbsolutePath(), folder, flags);
  }

  private static long chartsIn(String dom) {
    return count(dom, "<div [^>]*id=\"chart-[^>]*>");
  }

  private static long drawnIn(String dom) {
    return count(dom, "<div [^>]*data-drawn=\"true\"[^>]*>(<div[^>]*>)?<svg[^>]*>.*?<path");
  }

  private static long count(String dom, String pattern) {
    return Pattern.compile(pattern, Pattern.DOTALL)
        .matcher(dom)
        .results()
        .map(MatchResult::group)
        .count();
  }
}
