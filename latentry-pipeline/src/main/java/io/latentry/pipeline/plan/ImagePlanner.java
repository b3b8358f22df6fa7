package io.latentry.pipeline.plan;

import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.calibration.ThresholdFit;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.ingest.image.ImageDecoder;
import io.latentry.ingest.image.ImageDecoder.Decoded;
import io.latentry.ingest.image.ImageLayout;
import io.latentry.ingest.image.ImageReading;
import io.latentry.ingest.image.ImageSource;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.ImageData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/** Looks at images and says what a fit on them would look like; trains nothing. */
public final class ImagePlanner {
  /** Images of each side that are compared with each other; more would take minutes. */
  private static final int MOST_COMPARED = 4_000;

  /** Usual deviations of brightness beyond which an image is named. */
  private static final double ODD = 6;

  private static final int NAMED = 3;

  /** As measured on two cores: a fit looks at every pixel, and the rest hardly grows. */
  private static final double SECONDS = 9;

  private static final double SECONDS_PER_PIXEL = 13.4e-6;
  private static final long BYTES = 830L << 20;

  /** A place every 64 pixels, of 176 values, twelve times. */
  private static final double BYTES_PER_PIXEL = 12 * 4 * 176 / 64.0;

  /** Tiles are looked at by the model that did not see their image, and by the one that ships. */
  private static final int LOOKS_AT_TILES = 2;

  /** What a fit keeps of tiles, a gigabyte of looks. */
  private static final double MOST_PIXELS_OF_TILES = (1 << 30) * 64.0 / (4 * 176);

  private final Progress listener;

  public ImagePlanner(Progress listener) {
    this.listener = listener;
  }

  /**
   * Plans a fit.
   *
   * @throws io.latentry.core.data.DataException if the data cannot be used: where a fit would throw
   *     it before it trains, and in the same words
   */
  public ImagePlan plan(List<String> data, FitConfig asked) {
    FitConfig config = asked.settledImages();
    List<String> problems = new ArrayList<>();
    try (ImageSource source = ImageSource.open(data)) {
      listener.stage("reading " + source.name());
      ImageLayout layout = new ImageLayout(source);
      int[] samples = layout.samples();
      int[] normal = layout.forFit();
      ImageSettings settings = ImageData.settings(source, normal, config.data());
      if (source.passedOver() > 0) {
        problems.add(
            "%,d files are hidden or no images by their names, and would be passed over"
                .formatted(source.passedOver()));
      }
      Looked looked = look(source, samples);
      looked.faults(source, samples).ifPresent(problems::add);
      int[] good = looked.readable(samples, normal, true);
      int[] other = looked.readable(samples, normal, false);
      Figures figures = figures(source, samples, good);
      problems.addAll(alike(source, samples, looked, good, other));
      odd(source, samples, looked, good).ifPresent(problems::add);
      DataSplit dealt = DataSplit.shuffled(good.length, SplitConfig.DEFAULT, config.seed());
      int calibration = dealt.calibration().length;
      if (config.calibration().isRateAskedFor()) {
        ThresholdFit.requireSupport(config.calibration(), calibration);
      }
      ImageSpec spec = settings.spec();
      double all = (double) good.length * spec.tiles() * spec.tile().height() * spec.tile().width();
      long whole = spec.tiling() == null ? 0 : (long) good.length * spec.values();
      double kept = spec.tiling() == null ? all : Math.min(all, MOST_PIXELS_OF_TILES);
      double looks = spec.tiling() == null ? all : kept + LOOKS_AT_TILES * all;
      return new ImagePlan(
          source.name(),
          samples.length,
          good.length,
          other.length,
          samples.length - good.length - other.length,
          source.files().size() - samples.length,
          figures.width(),
          figures.height(),
          figures.forms(),
          settings,
          problems,
          Planner.smallestRate(config.calibration(), calibration),
          Planner.rowsNeeded(
              config.calibration(),
              SplitConfig.DEFAULT,
              SplitConfig.DEFAULT.crossValidationBelow(false),
              calibration,
              dealt.isCrossValidated()),
          SECONDS + SECONDS_PER_PIXEL * looks / Runtime.getRuntime().availableProcessors(),
          BYTES + whole + (long) (BYTES_PER_PIXEL * kept));
    }
  }

  private Looked look(ImageSource source, int[] samples) {
    ImageSettings small = new ImageSettings(1, Likeness.SIDE, Likeness.SIDE, "plan");
    List<Decoded> decoded =
        ImageReading.decode(
            source,
            samples,
            small,
            Runtime.getRuntime().availableProcessors(),
            done -> listener.progress(done, samples.length));
    return new Looked(decoded);
  }

  /** What every sample looks like, small; in the order of samples. */
  private record Looked(List<Decoded> decoded) {
    Optional<String> faults(ImageSource source, int[] samples) {
      int[] faulty =
          IntStream.range(0, samples.length).filter(i -> decoded.get(i).fault() != null).toArray();
      return faulty.length == 0
          ? Optional.empty()
          : Optional.of(
              "%,d of %,d images cannot be read, the first: %s: %s"
                  .formatted(
                      faulty.length,
                      samples.length,
                      source.files().get(samples[faulty[0]]).path(),
                      decoded.get(faulty[0]).fault()));
    }

    /** Places among the samples of those that are normal, or of those that are not. */
    int[] readable(int[] samples, int[] normal, boolean wanted) {
      return IntStream.range(0, samples.length)
          .filter(i -> decoded.get(i).fault() == null)
          .filter(i -> Arrays.binarySearch(normal, samples[i]) >= 0 == wanted)
          .toArray();
    }

    Likeness[] of(int[] places) {
      return IntStream.of(places)
          .limit(MOST_COMPARED)
          .mapToObj(i -> Likeness.of(decoded.get(i).pixels()))
          .toArray(Likeness[]::new);
    }
  }

  private record Figures(ImagePlan.Span width, ImagePlan.Span height, Map<String, Integer> forms) {}

  private static Figures figures(ImageSource source, int[] samples, int[] good) {
    List<ImageDecoder.Header> headers =
        IntStream.of(good)
            .parallel()
            .mapToObj(i -> ImageReading.header(source, samples[i]))
            .flatMap(Optional::stream)
            .toList();
    Map<String, Integer> forms = new TreeMap<>();
    for (ImageDecoder.Header header : headers) {
      forms.merge(
          "%s, %s, %d bits"
              .formatted(
                  header.format(), header.channels() == 1 ? "grey" : "colours", header.bits()),
          1,
          Integer::sum);
    }
    return new Figures(
        span(headers.stream().mapToInt(ImageDecoder.Header::width).toArray()),
        span(headers.stream().mapToInt(ImageDecoder.Header::height).toArray()),
        forms);
  }

  private static ImagePlan.Span span(int[] values) {
    Arrays.sort(values);
    return values.length == 0
        ? new ImagePlan.Span(0, 0, 0)
        : new ImagePlan.Span(values[0], values[values.length / 2], values[values.length - 1]);
  }

  private static List<String> alike(
      ImageSource source, int[] samples, Looked looked, int[] good, int[] other) {
    Likeness[] normals = looked.of(good);
    Likeness[] others = looked.of(other);
    List<String> told = new ArrayList<>();
    int[] twin = firstAlike(normals, normals, (i, j) -> j < i);
    tell(
        told,
        source,
        samples,
        good,
        twin,
        good,
        "%,d normal images are as good as the same as an earlier one (the first: %s and %s); the"
            + " promise on false alarms counts them as if they were new: take one of each out");
    int[] leaked = firstAlike(others, normals, (i, j) -> true);
    tell(
        told,
        source,
        samples,
        other,
        leaked,
        good,
        "%,d images that are not learned from are as good as the same as a normal one (the first:"
            + " %s and %s): they say nothing about new images, so keep them out of what you"
            + " evaluate on");
    return told;
  }

  private static void tell(
      List<String> told,
      ImageSource source,
      int[] samples,
      int[] own,
      int[] found,
      int[] among,
      String sentence) {
    int count = (int) IntStream.of(found).filter(j -> j >= 0).count();
    if (count > 0) {
      int first = IntStream.range(0, found.length).filter(i -> found[i] >= 0).findFirst().orElse(0);
      told.add(
          sentence.formatted(
              count,
              source.files().get(samples[own[first]]).path(),
              source.files().get(samples[among[found[first]]]).path()));
    }
  }

  /** For each image one of {@code among} that is as good as the same; -1 for none. */
  private static int[] firstAlike(
      Likeness[] images, Likeness[] among, BiPredicate<Integer, Integer> asked) {
    int[] found = new int[images.length];
    IntStream.range(0, images.length)
        .parallel()
        .forEach(
            i ->
                found[i] =
                    IntStream.range(0, among.length)
                        .filter(j -> asked.test(i, j) && images[i].isOf(among[j]))
                        .findFirst()
                        .orElse(-1));
    return found;
  }

  private static Optional<String> odd(
      ImageSource source, int[] samples, Looked looked, int[] good) {
    Likeness[] normals = looked.of(good);
    if (normals.length == 0) {
      return Optional.empty();
    }
    double[] oddness = Likeness.oddness(normals);
    int[] odd =
        IntStream.range(0, oddness.length)
            .filter(i -> oddness[i] > ODD)
            .boxed()
            .sorted((a, b) -> Double.compare(oddness[b], oddness[a]))
            .mapToInt(i -> i)
            .toArray();
    return odd.length == 0
        ? Optional.empty()
        : Optional.of(
            "%,d normal images are much darker or brighter than the others (%s): are they meant?"
                .formatted(
                    odd.length,
                    String.join(
                            ", ",
                            IntStream.of(odd)
                                .limit(NAMED)
                                .mapToObj(i -> source.files().get(samples[good[i]]).path())
                                .toList())
                        + (odd.length > NAMED ? ", ..." : "")));
  }
}
