package io.latentry.pipeline.score;

import io.latentry.core.data.DataException;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Region;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.image.HeatOverlay;
import io.latentry.ingest.image.ImageSource;
import io.latentry.ingest.write.OutputColumn;
import io.latentry.ingest.write.ScoreColumns;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.image.HeatFolder;
import io.latentry.pipeline.image.ImagePass;
import io.latentry.pipeline.image.ImagePass.Batch;
import io.latentry.pipeline.image.ModelData;
import io.latentry.scoring.Scorer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/** From a model of images and a folder of them to one verdict an image, in the order of paths. */
final class ImageScoring {
  private final Scorer scorer;
  private final ScoreRequest request;
  private final Progress listener;

  ImageScoring(Scorer scorer, ScoreRequest request, Progress listener) {
    this.scorer = scorer;
    this.request = request;
    this.listener = listener;
  }

  /**
   * @param heatmaps the folder for a picture of each image that could be judged; none if empty
   */
  ScoreOutcome score(Function<List<OutputColumn>, TableSink> sink, Optional<Path> heatmaps) {
    if (!request.keep().isEmpty()) {
      throw new DataException(
          "keep: %s (expected: none, since images have no columns)".formatted(request.keep()));
    }
    Set<Output> also =
        request.explain() > 0 || heatmaps.isPresent()
            ? EnumSet.of(Output.HEAT_MAP)
            : EnumSet.noneOf(Output.class);
    HeatOverlay overlay = ImagePass.overlay(scorer.manifest());
    VerdictTally tally = new VerdictTally();
    try (ImageSource source = ModelData.images(scorer.manifest(), request.data());
        TableSink out = sink.apply(ScoreColumns.ofImages(request.explain()));
        ImagePass pass = new ImagePass(scorer, source, request.threads())) {
      Optional<HeatFolder> folder = heatmaps.map(place -> new HeatFolder(place, source, overlay));
      if (source.passedOver() > 0) {
        listener.notice(
            "%,d files are hidden or no images by name, and are passed over"
                .formatted(source.passedOver()));
      }
      listener.stage("scoring " + source.name());
      pass.each(
          IntStream.range(0, source.files().size()).toArray(),
          also,
          listener,
          batch -> {
            tally.add(batch.judgements());
            write(out, source, batch, overlay.level());
            folder.ifPresent(place -> draw(pass, batch, place));
          });
      out.commit();
    }
    return tally.outcome();
  }

  private void write(TableSink out, ImageSource source, Batch batch, double level) {
    for (int i = 0; i < batch.count(); i++) {
      int row = batch.indices()[i];
      ScoreColumns.writeOfImage(
          out,
          row,
          source.files().get(row).path(),
          batch.judgements().get(i),
          request.explain() > 0 ? batch.regions(i, level) : List.<Region>of(),
          request.explain());
    }
  }

  private static void draw(ImagePass pass, Batch batch, HeatFolder folder) {
    pass.together(
        batch.count(),
        i -> {
          if (batch.judgements().verdict(i) != Verdict.UNSCORABLE) {
            folder.write(batch, i);
          }
        });
  }
}
