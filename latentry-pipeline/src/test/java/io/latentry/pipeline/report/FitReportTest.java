package io.latentry.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.artifact.Manifest;
import io.latentry.pipeline.report.ReportData.LatentCodes;
import io.latentry.pipeline.report.ReportData.Terms;
import io.latentry.training.detector.LatentInfluence;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FitReportTest {

  @Test
  void tellsWhatWasLearnedAndPromised() {
    assertThat(FitReport.html(SampleReports.full()))
        .contains("4,020")
        .contains("95 % upper bound 1.57 %")
        .contains("AUROC 0.961, 95 % interval 0.943 to 0.979")
        .contains("Column &#39;id&#39; looks like an identifier")
        .contains("an identifier: every value is different")
        .contains("learning_rate: 0.003")
        .contains("./latentry threshold breast-cancer.onnx --false-alarm-rate 0.005");
  }

  @Test
  void namesTheColumnsThatEachLatentUnitMoves() {
    Manifest manifest = SampleReports.full().manifest();
    LatentInfluence influence =
        new LatentInfluence(
            List.of(
                new LatentInfluence.Unit(
                    3,
                    List.of(
                        new LatentInfluence.Moved("radius", 0.8149),
                        new LatentInfluence.Moved("<b>", 0.1)))));
    String html = FitReport.html(ReportData.of("m", manifest).influence(influence).build());
    assertThat(html)
        .contains("What each latent unit moves")
        .contains("radius by 0.81, &lt;b&gt; by 0.10");
    assertThat(FitReport.html(ReportData.of("m", manifest).build()))
        .doesNotContain("What each latent unit moves");
  }

  @Test
  void saysPlainlyWhenABaselineIsAsGood() {
    var level = List.of(new Manifest.Baseline("isolation forest", 0.934, 0.940, 0.6));
    var worse = List.of(new Manifest.Baseline("PCA", 0.80, 0.94, 0.6));
    var better = List.of(new Manifest.Baseline("PCA", 0.97, 0.94, 0.6));
    assertThat(FitReport.againstBaselines(level, "row"))
        .anyMatch(s -> s.contains("is level with isolation forest"))
        .anyMatch(s -> s.contains("A simpler method is as good here"));
    assertThat(FitReport.againstBaselines(worse, "row"))
        .singleElement()
        .asString()
        .contains("does better than PCA: AUROC 0.940 against 0.800");
    assertThat(FitReport.againstBaselines(better, "row"))
        .anyMatch(s -> s.contains("does worse than PCA"))
        .anyMatch(s -> s.contains("A simpler method is as good here"));
  }

  @Test
  void asksNoAddressOutsideThePage() {
    String html = FitReport.html(SampleReports.full());
    assertThat(html).contains("default-src 'none'; script-src 'sha256-");
    String outsideScripts = html.replaceAll("(?s)<script.*?</script>", "");
    assertThat(outsideScripts)
        .doesNotContain("http:", "https:", "src=\"", "url(", "@import", "<link");
  }

  @Test
  void drawsManyRowsThinnedAndSaysSo() {
    Random random = new Random(SampleReports.SEED);
    int rows = 60_000;
    double[] reconstruction = random.doubles(rows, 0, 40).toArray();
    double[] latent = random.doubles(rows, 0, 2).toArray();
    float[] codes = new float[rows * 3];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (float) random.nextGaussian();
    }
    ReportData data =
        ReportData.of("big.onnx", SampleReports.bare().manifest())
            .heldOut(new Terms(reconstruction, latent, latent))
            .latentCodes(new LatentCodes(3, codes, new float[0]))
            .build();
    String html = FitReport.html(data);
    assertThat(html).contains("Drawn are 2,000 of 60,000 held-out normal rows, evenly spaced.");
    assertThat(html.length()).isLessThan(900_000);
  }

  @Test
  void aThresholdThatNothingExceedsStillGivesAPage() {
    Manifest full = SampleReports.full().manifest();
    var now = full.threshold().current();
    Manifest manifest =
        full.withThreshold(
            new io.latentry.core.calibration.Threshold(
                Double.MAX_VALUE, now.rule(), 0.001, 0.01, 10, now.modelId(), "a person"));
    String html =
        FitReport.html(
            ReportData.of("never.onnx", manifest).heldOut(SampleReports.full().heldOut()).build());
    assertThat(html).contains("0 of 1,340 held-out normal rows").doesNotContain("\"Infinity\"");
  }

  @Test
  void rowsWithoutFiguresStayOutOfTheCharts() {
    ReportData data =
        ReportData.of("gaps.onnx", SampleReports.bare().manifest())
            .heldOut(
                new Terms(
                    new double[] {1, Double.NaN, 3},
                    new double[] {1, 2, Double.POSITIVE_INFINITY},
                    new double[] {1, 2, 3}))
            .build();
    assertThat(FitReport.html(data))
        .contains("0 of 1 held-out normal rows")
        .doesNotContain("\"NaN\"");
  }

  @Test
  void theThresholdLineLiesWhereTheScoreMeetsTheThreshold() {
    var mix = SampleReports.full().manifest().calibration().mix();
    var line = ScoreSection.boundary(mix, 0.8, new double[] {-10, 400}, new double[] {-0.5, 1.5});
    assertThat(line).hasSizeGreaterThan(20);
    // Points are rounded to five digits, and the score is computed in float32.
    assertThat(line)
        .allSatisfy(
            point ->
                assertThat(mix.score(point[0], point[1]))
                    .isCloseTo(0.8, org.assertj.core.api.Assertions.within(1e-3)));
  }
}
