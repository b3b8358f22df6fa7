package io.latentry.pipeline.fit;

import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.image.HeatOverlay;
import io.latentry.ingest.image.ImageSource;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.image.ImagePass;
import io.latentry.pipeline.report.ReportData.Picture;
import io.latentry.pipeline.report.ReportData.TopAnomaly;
import io.latentry.scoring.Scorer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Images as they look, with what the finished model finds strange in them or expects of them. */
final class ContactSheet {
  /** Of a picture's longer side: a dozen stay below 5 MB, whatever they show. */
  private static final int MOST_SIDE = 320;

  private ContactSheet() {}

  /**
   * @param top by the number of the image among those of {@code data}
   */
  static List<TopAnomaly> of(List<String> data, Scorer scorer, List<TopAnomaly> top) {
    HeatOverlay overlay = ImagePass.overlay(scorer.manifest());
    List<TopAnomaly> pictured = new ArrayList<>();
    try (ImageSource source = ImageSource.open(data);
        ImagePass pass = new ImagePass(scorer, source, 1)) {
      pass.each(
          top.stream().mapToInt(anomaly -> (int) anomaly.row()).toArray(),
          EnumSet.of(Output.HEAT_MAP),
          Progress.QUIET,
          batch -> {
            for (int i = 0; i < batch.count(); i++) {
              TopAnomaly anomaly = top.get(pictured.size());
              pictured.add(pictured(anomaly, source, overlay, batch, i));
            }
          });
    }
    return pictured;
  }

  /**
   * Images beside what the finished model expects of them.
   *
   * @param images by their numbers among those of {@code data}
   */
  static List<Picture> expectations(List<String> data, Scorer scorer, IntStream images) {
    List<Picture> pictured = new ArrayList<>();
    try (ImageSource source = ImageSource.open(data);
        ImagePass pass = new ImagePass(scorer, source, 1)) {
      pass.each(
          images.toArray(),
          EnumSet.of(Output.RECONSTRUCTION),
          Progress.QUIET,
          batch -> {
            for (int i = 0; i < batch.count(); i++) {
              if (batch.judgements().verdict(i) != Verdict.UNSCORABLE) {
                pictured.add(
                    new Picture(
                        source.files().get(batch.indices()[i]).path(),
                        Base64.getEncoder().encodeToString(batch.besideExpected(i)),
                        0));
              }
            }
          });
    }
    return pictured;
  }

  private static TopAnomaly pictured(
      TopAnomaly anomaly, ImageSource source, HeatOverlay overlay, ImagePass.Batch batch, int i) {
    if (batch.judgements().verdict(i) == Verdict.UNSCORABLE) {
      // It was read a moment ago, and is gone or another now.
      return anomaly;
    }
    int index = batch.indices()[i];
    try {
      byte[] png =
          overlay.png(source.read(index), batch.decoded().get(i), batch.heat(i), MOST_SIDE);
      return new TopAnomaly(
          anomaly.row(),
          anomaly.judgement(),
          anomaly.label(),
          anomaly.features(),
          Optional.of(
              new Picture(
                  source.files().get(index).path(),
                  Base64.getEncoder().encodeToString(png),
                  batch.regions(i, overlay.level()).size())));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
