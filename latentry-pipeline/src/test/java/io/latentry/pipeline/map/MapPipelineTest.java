package io.latentry.pipeline.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.Synthetic;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapPipelineTest {
  @TempDir static Path folder;
  private static Path data;
  private static LatentMap map;

  @BeforeAll
  static void mapOnce() throws IOException {
    data = Synthetic.write(folder.resolve("d.csv"), Synthetic.lines(220, 30, 1));
    FitOutcome unused =
        Fits.fit(
            data,
            Fits.quick(Fits.data("label", "ok", java.util.List.of("at"), null)),
            folder.resolve("m.onnx"));
    map = map(options(250));
  }

  private static MapPipeline.Options options(int rows) {
    return new MapPipeline.Options(Optional.of("label"), Optional.of("ok"), rows, 1);
  }

  private static LatentMap map(MapPipeline.Options options) {
    try (Scorer scorer = Scorer.open(folder.resolve("m.onnx"), ScorerOptions.threads(1))) {
      return new MapPipeline(Progress.QUIET).map(scorer, Fits.scoring(data, 0), options);
    }
  }

  private static long count(LatentMap of, LatentMap.Group group) {
    return of.points().stream().filter(p -> p.group() == group).count();
  }

  @Test
  void everyGroupIsDrawnWithWhatIsToldOfItsRows() {
    assertThat(count(map, LatentMap.Group.NORMAL)).isEqualTo(220);
    assertThat(count(map, LatentMap.Group.ANOMALY)).isEqualTo(30);
    assertThat(count(map, LatentMap.Group.TRAINING)).isPositive();
    assertThat(map.points().get(map.points().size() - 1).told()).contains("expected");
    assertThat(map.layouts()).extracting(LatentMap.Layout::name).containsExactly("UMAP", "t-SNE");
    assertThat(map.layouts()).allMatch(l -> l.at().length == 2 * map.points().size());
    assertThat(map.layouts()).allMatch(l -> l.quality().trustworthiness() > 0.8);
  }

  @Test
  void fewerRowsAreASampleInWhichAnomaliesKeepTheirRoom() {
    LatentMap small = map(options(40));
    assertThat(count(small, LatentMap.Group.ANOMALY)).isEqualTo(20);
    assertThat(count(small, LatentMap.Group.NORMAL)).isEqualTo(20);
    assertThat(small.left()).isEqualTo(210);
    assertThat(map(options(40)).points()).isEqualTo(small.points());
    assertThat(map(options(40)).layouts().get(0).at()).isEqualTo(small.layouts().get(0).at());
  }

  @Test
  void thePicturesAreOnesAndThePageHasTheRows() throws Exception {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(new MapPicture(map).png()));
    assertThat(image.getWidth()).isGreaterThan(image.getHeight());
    byte[] svg = new MapPicture(map).svg();
    var root =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg))
            .getDocumentElement();
    // Two panels, each with the anomalies, and one more in the legend.
    assertThat(root.getElementsByTagName("path").getLength()).isEqualTo(2 * 30 + 1);
    assertThat(new MapPicture(map).svg()).isEqualTo(svg);
    // Kept after the test, to be looked at.
    Path page = Files.createDirectories(Path.of("target", "reports")).resolve("map.html");
    MapPage.write(map, "d.csv", page);
    Files.write(page.resolveSibling("map.png"), new MapPicture(map).png());
    Files.write(page.resolveSibling("map.svg"), svg);
    assertThat(page).content().contains("Trustworthiness").contains("(expected ");
  }

  @Test
  void sizesThatCannotBeMeantAreRefused() {
    assertThatThrownBy(() -> options(3)).hasMessage("rows: 3 (expected: 10 to 6000)");
    assertThatThrownBy(
            () -> new MapPipeline.Options(Optional.of("label"), Optional.empty(), 100, 1))
        .hasMessageContaining("both or neither");
  }
}
