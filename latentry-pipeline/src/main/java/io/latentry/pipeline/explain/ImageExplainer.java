package io.latentry.pipeline.explain;

import io.latentry.core.data.DataException;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.image.HeatOverlay;
import io.latentry.ingest.image.ImageSource;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.image.HeatFolder;
import io.latentry.pipeline.image.ImagePass;
import io.latentry.pipeline.image.ModelData;
import io.latentry.scoring.Scorer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Says where single images are strange. */
public final class ImageExplainer {
  private final Scorer scorer;

  /**
   * @param scorer of a model of images
   */
  public ImageExplainer(Scorer scorer) {
    this.scorer = scorer;
  }

  /**
   * Files that show an image.
   *
   * @param heatmap with its strange places marked
   * @param expected beside what the model expects, and their difference
   */
  public record Pictures(Optional<Path> heatmap, Optional<Path> expected) {
    public static final Pictures NONE = new Pictures(Optional.empty(), Optional.empty());
  }

  /**
   * Explains one image.
   *
   * @param row which of the images of {@code data}, 0-based, in the order of their paths; may be
   *     left out where there is one
   * @param top most regions to name
   * @param pictures to write, if the image can be judged
   * @throws DataException if there is no such image, or a picture is asked for that the model does
   *     not know
   */
  public ImageExplanation explain(
      List<String> data, Optional<Long> row, int top, Pictures pictures) {
    Set<Output> wanted = EnumSet.of(Output.HEAT_MAP);
    if (pictures.expected().isPresent()) {
      if (!scorer.outputs().contains(Output.RECONSTRUCTION)) {
        throw new DataException(
            "model %s: sees places through a network, and expects no image (expected: one of images by their pixels); fit with --view pixels"
                .formatted(scorer.manifest().modelId()));
      }
      wanted.add(Output.RECONSTRUCTION);
    }
    HeatOverlay overlay = ImagePass.overlay(scorer.manifest());
    AtomicReference<ImageExplanation> found = new AtomicReference<>();
    try (ImageSource source = ModelData.images(scorer.manifest(), data);
        ImagePass pass = new ImagePass(scorer, source, 1)) {
      int count = source.files().size();
      if (row.isEmpty() && count > 1) {
        throw new DataException(
            "%s: %,d images (expected: one, or --row N: the row of one in a score file of them)"
                .formatted(source.name(), count));
      }
      long asked = row.orElse(0L);
      if (asked >= count) {
        throw new DataException(
            "row: %d (expected: 0 to %d, the images of %s)"
                .formatted(asked, count - 1, source.name()));
      }
      pass.each(
          new int[] {(int) asked},
          wanted,
          Progress.QUIET,
          batch -> {
            boolean judged = batch.judgements().verdict(0) != Verdict.UNSCORABLE;
            Optional<Path> heatmap = pictures.heatmap().filter(file -> judged);
            heatmap.ifPresent(
                file -> HeatFolder.write(file, source, (int) asked, overlay, batch, 0));
            Optional<Path> expected = pictures.expected().filter(file -> judged);
            expected.ifPresent(file -> HeatFolder.write(file, batch.besideExpected(0)));
            found.set(
                new ImageExplanation(
                    asked,
                    source.files().get((int) asked).path(),
                    batch.judgements().get(0),
                    overlay.level(),
                    batch.decoded().get(0).originalWidth(),
                    batch.decoded().get(0).originalHeight(),
                    batch.regions(0, overlay.level()).stream().limit(top).toList(),
                    new Pictures(heatmap, expected)));
          });
    }
    return Objects.requireNonNull(found.get());
  }
}
