package io.latentry.pipeline.score;

import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.data.DataException;
import io.latentry.core.evaluation.Areas;
import io.latentry.core.evaluation.ClopperPearson;
import io.latentry.core.evaluation.Evaluation;
import io.latentry.core.evaluation.Interval;
import io.latentry.core.evaluation.pixel.PixelEvaluation;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.image.ImageDecoder.Decoded;
import io.latentry.ingest.image.ImageFile;
import io.latentry.ingest.image.ImageLayout;
import io.latentry.ingest.image.ImageReading;
import io.latentry.ingest.image.ImageSource;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.image.ImagePass;
import io.latentry.pipeline.image.ModelData;
import io.latentry.scoring.Scorer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How well a model tells images apart whose folders say what they are, and, where masks say where
 * defects are, their pixels.
 */
public final class ImageEvaluation {
  /** The values of a mask from 0 on; half of its highest is the edge of a defect. */
  private static final int HIGHEST = 255;

  private final Scorer scorer;
  private final Progress listener;
  private final List<String> labels = new ArrayList<>();
  private final List<Double> scores = new ArrayList<>();
  private final Map<String, Long> unscorable = new TreeMap<>();
  private final PixelEvaluation pixels = new PixelEvaluation();
  private int masked;
  private int unmasked;

  /**
   * @param scorer of a model of images
   */
  public ImageEvaluation(Scorer scorer, Progress listener) {
    this.scorer = scorer;
    this.listener = listener;
  }

  /**
   * What was found.
   *
   * @param unscorable images that could not be judged, by label; they are in no other figure
   * @param defects by name
   * @param pixels empty without a mask
   */
  public record Outcome(
      Evaluation evaluation,
      double threshold,
      Map<String, Long> unscorable,
      List<Defect> defects,
      Optional<Pixels> pixels) {}

  /** One kind of defect against all normal images. */
  public record Defect(String name, int images, Interval recall, Interval auroc) {}

  /**
   * How well heat says where defects are, at the resolution of the model.
   *
   * @param regionOverlap AUPRO, as {@link PixelEvaluation#regionOverlap} has it
   * @param bestOverlap intersection over union at the best level of heat
   * @param masked images with a mask
   * @param unmasked images of defects without one; they are in neither figure
   */
  public record Pixels(
      Interval auroc,
      Interval regionOverlap,
      Interval bestOverlap,
      long regions,
      int masked,
      int unmasked) {}

  /**
   * Scores and compares: the images below {@code test} where some are below {@code train}, else
   * all.
   *
   * @throws DataException if no image that can be judged is normal
   */
  public Outcome evaluate(List<String> data, int threads) {
    try (ImageSource source = ModelData.images(scorer.manifest(), data);
        ImagePass pass = new ImagePass(scorer, source, threads)) {
      ImageLayout layout = new ImageLayout(source);
      int[] samples = layout.forTest();
      int left = layout.samples().length - samples.length;
      if (left > 0) {
        listener.notice("%,d images below train are left out".formatted(left));
      }
      listener.stage("evaluating on " + source.name());
      boolean anyMask = false;
      for (int i : samples) {
        anyMask |= layout.mask(source.files().get(i)).isPresent();
      }
      Set<Output> also = anyMask ? EnumSet.of(Output.HEAT_MAP) : EnumSet.noneOf(Output.class);
      boolean withPixels = anyMask;
      pass.each(
          samples,
          also,
          listener,
          batch -> {
            for (int i = 0; i < batch.count(); i++) {
              add(source, layout, batch, i, withPixels);
            }
          });
    }
    return outcome();
  }

  private void add(
      ImageSource source, ImageLayout layout, ImagePass.Batch batch, int i, boolean withPixels) {
    ImageFile file = source.files().get(batch.indices()[i]);
    String label = layout.label(file);
    if (batch.judgements().verdict(i) == Verdict.UNSCORABLE) {
      unscorable.merge(label, 1L, Long::sum);
      return;
    }
    labels.add(label);
    scores.add((double) batch.judgements().score(i));
    if (!withPixels) {
      return;
    }
    Optional<boolean[]> defect =
        label.equals(ImageLayout.GOOD)
            ? Optional.of(new boolean[batch.settings().height() * batch.settings().width()])
            : layout.mask(file).map(mask -> mask(source, mask, batch.settings()));
    if (defect.isEmpty()) {
      unmasked++;
      return;
    }
    masked += label.equals(ImageLayout.GOOD) ? 0 : 1;
    pixels.add(
        batch.heat(i).heat(), defect.get(), batch.settings().height(), batch.settings().width());
  }

  /** Pixels at the model's resolution that are at least half as high as the highest. */
  private static boolean[] mask(ImageSource source, int index, ImageSettings settings) {
    Decoded decoded = ImageReading.decode(source, index, settings.withChannels(1));
    if (decoded.fault() != null) {
      throw new DataException(
          "%s: %s (expected: a mask)".formatted(source.files().get(index).path(), decoded.fault()));
    }
    byte[] values = decoded.pixels();
    int highest = 0;
    for (byte value : values) {
      highest = Math.max(highest, value & HIGHEST);
    }
    boolean[] defect = new boolean[values.length];
    for (int i = 0; i < defect.length; i++) {
      defect[i] = highest > 0 && 2 * (values[i] & HIGHEST) >= highest;
    }
    return defect;
  }

  private Outcome outcome() {
    double[] all = scores.stream().mapToDouble(Double::doubleValue).toArray();
    boolean[] isAnomaly = new boolean[all.length];
    Map<String, List<Double>> byLabel = new TreeMap<>();
    for (int i = 0; i < all.length; i++) {
      isAnomaly[i] = !labels.get(i).equals(ImageLayout.GOOD);
      byLabel.computeIfAbsent(labels.get(i), label -> new ArrayList<>()).add(all[i]);
    }
    double threshold = scorer.manifest().threshold().current().score();
    double[] normals = array(byLabel.remove(ImageLayout.GOOD));
    if (normals.length == 0) {
      throw new DataException(
          "images: none below a folder named '%s' that can be judged, %,d in other folders (expected: some normal ones; folders are labels)"
              .formatted(ImageLayout.GOOD, all.length));
    }
    List<Defect> defects = new ArrayList<>();
    byLabel.forEach(
        (name, own) -> {
          int found = (int) own.stream().filter(score -> score > threshold).count();
          defects.add(
              new Defect(
                  name,
                  own.size(),
                  ClopperPearson.interval(found, own.size()),
                  Areas.aurocInterval(normals, array(own))));
        });
    return new Outcome(
        Evaluation.of(all, isAnomaly, threshold),
        threshold,
        unscorable,
        defects,
        pixels.regions() == 0
            ? Optional.empty()
            : Optional.of(
                new Pixels(
                    pixels.auroc(),
                    pixels.regionOverlap(),
                    pixels.bestOverlap(),
                    pixels.regions(),
                    masked,
                    unmasked)));
  }

  private static double[] array(@Nullable List<Double> values) {
    return Objects.requireNonNullElse(values, List.<Double>of()).stream()
        .mapToDouble(Double::doubleValue)
        .toArray();
  }
}
