package io.latentry.bench.image;

import io.latentry.bench.image.ImageStandings.Failure;
import io.latentry.bench.image.ImageStandings.Result;
import io.latentry.bench.quality.QualityListener;
import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Images;
import io.latentry.core.evaluation.Areas;
import io.latentry.core.graph.Output;
import io.latentry.core.preprocessing.Eye;
import io.latentry.ingest.image.ImageLayout;
import io.latentry.ingest.image.ImageReading;
import io.latentry.ingest.image.ImageSource;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.ImageConfig;
import io.latentry.pipeline.data.ImageData;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.scoring.Scorer;
import io.latentry.training.baseline.Baseline;
import io.latentry.training.baseline.NearestNeighbours;
import io.latentry.training.baseline.PcaReconstruction;
import io.latentry.training.engine.Engine;
import io.latentry.training.fit.TrainingInterruptedException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Has our detector and plain methods learn from the normal training images of each set, and judge
 * its test images. Rivals on places see what ours sees, and go from places to images as it does.
 */
public final class ImageBenchmark {
  /** Of the longer side: as many pixels as a method on whole images can make something of. */
  private static final int SIDE_OF_PIXELS = 32;

  private final QualityListener listener;

  public ImageBenchmark(QualityListener listener) {
    this.listener = listener;
  }

  /**
   * Measures; what cannot be measured is kept with the reason. The page is written after each set.
   *
   * @throws IllegalArgumentException if there is no such folder or set
   */
  public ImageStandings run(ImageRequest request) throws IOException {
    List<ImageSets.Named> sets = ImageSets.of(request.data(), request.only());
    Engine.pinThreads(Runtime.getRuntime().availableProcessors());
    List<Result> results = new ArrayList<>();
    List<Failure> failed = new ArrayList<>();
    int total = sets.size() * request.seeds().size();
    int done = 0;
    long start = System.nanoTime();
    for (ImageSets.Named set : sets) {
      for (int seed : request.seeds()) {
        String what = set.name() + " seed " + seed;
        List<Result> own = List.of();
        try {
          own = measured(set, seed, request);
          results.addAll(own);
        } catch (TrainingInterruptedException interrupted) {
          throw interrupted;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
          String reason = e.getMessage() == null ? e.toString() : e.getMessage();
          failed.add(new Failure(what, reason));
          listener.failed(what, reason);
        }
        done++;
        double each = (System.nanoTime() - start) / 1e9 / done;
        listener.done(summary(what, own), done, total, each * (total - done));
        if (request.out().isPresent()) {
          Files.writeString(request.out().get(), new ImageStandings(results, failed).text());
        }
      }
    }
    return new ImageStandings(results, failed);
  }

  private static String summary(String what, List<Result> results) {
    return results.stream()
        .sorted(Comparator.comparingDouble((Result r) -> r.auroc().estimate()).reversed())
        .map(r -> String.format(Locale.ROOT, "%s %.3f", r.method(), r.auroc().estimate()))
        .reduce((a, b) -> a + ", " + b)
        .map(text -> what + ": " + text)
        .orElse(what + ": not measured");
  }

  private static List<Result> measured(ImageSets.Named set, int seed, ImageRequest request)
      throws IOException {
    Path scratch = Files.createTempDirectory("latentry-bench-images-");
    try {
      Path data = set.opener().open(Files.createDirectory(scratch.resolve("set")), request.most());
      return measured(set.name(), data, seed, scratch.resolve("model.onnx"), request);
    } finally {
      try (Stream<Path> all = Files.walk(scratch)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static List<Result> measured(
      String name, Path data, int seed, Path model, ImageRequest request) throws IOException {
    long start = System.nanoTime();
    FitOutcome fitted =
        new FitPipeline(Progress.QUIET)
            .fit(FitRequest.of(data, request.config().withSeed(seed), model));
    double fitSeconds = seconds(start);
    ImageSettings settings = Objects.requireNonNull(fitted.manifest().image());
    try (ImageSource source = ImageSource.open(List.of(data.toString()))) {
      ImageLayout layout = new ImageLayout(source);
      int[] training = layout.forFit();
      int[] asked = layout.forTest();
      Images all = ImageReading.read(source, asked, settings);
      int[] readable = IntStream.range(0, all.count()).filter(i -> all.fault(i) == null).toArray();
      Images test = all.select(readable);
      boolean[] strange = new boolean[readable.length];
      for (int i = 0; i < strange.length; i++) {
        strange[i] = !layout.label(source.files().get(asked[readable[i]])).equals(ImageLayout.GOOD);
      }
      requireBoth(source, strange);
      Tally tally = new Tally(name, seed, training.length, strange, all.count() - readable.length);
      long judging = System.nanoTime();
      double[] ours;
      try (Scorer scorer = Scorer.open(model)) {
        float[] scores = scorer.score(test, EnumSet.of(Output.SCORE)).values(Output.SCORE);
        ours = IntStream.range(0, scores.length).mapToDouble(i -> scores[i]).toArray();
      }
      tally.add("Latentry", ours, fitSeconds + seconds(judging));
      ImageConfig seenAs =
          Objects.requireNonNullElse(request.config().data().image(), ImageConfig.DEFAULT);
      Eye eye = ImageData.eye(seenAs);
      rivals(tally, source, training, select(asked, readable), test, settings, eye, seed);
      return tally.results;
    }
  }

  private static void requireBoth(ImageSource source, boolean[] strange) {
    long anomalies = IntStream.range(0, strange.length).filter(i -> strange[i]).count();
    if (anomalies == 0 || anomalies == strange.length) {
      throw new DataException(
          "%s: %d images to judge, %d of them not below a folder named good (expected: of both)"
              .formatted(source.name(), strange.length, anomalies));
    }
  }

  private static int[] select(int[] values, int[] places) {
    return IntStream.of(places).map(place -> values[place]).toArray();
  }

  private static void rivals(
      Tally tally,
      ImageSource source,
      int[] training,
      int[] testing,
      Images test,
      ImageSettings settings,
      Eye eye,
      int seed) {
    ImageSettings small = small(settings);
    float[] ofTraining = pixels(readable(ImageReading.read(source, training, small)));
    float[] ofTest = pixels(ImageReading.read(source, testing, small));
    int width = small.spec().values();
    tally.add("PCA of pixels", () -> PcaReconstruction.fit(ofTraining, width, seed).score(ofTest));
    Images learned = readable(ImageReading.read(source, training, settings));
    Seen seen = Seen.of(eye, learned, test, settings);
    tally.add(
        "PCA of places",
        () -> places(PcaReconstruction.fit(seen.train(), seen.width(), seed), seen));
    tally.add("PaDiM", () -> seen.ofImages(Padim.score(seen, seed)));
    tally.add(
        "neighbours of places",
        () -> places(NearestNeighbours.fit(seen.train(), seen.width(), seed), seen));
  }

  private static double[] places(Baseline rival, Seen seen) {
    return seen.ofImages(rival.score(seen.test()));
  }

  private static Images readable(Images images) {
    return images.select(
        IntStream.range(0, images.count()).filter(i -> images.fault(i) == null).toArray());
  }

  private static ImageSettings small(ImageSettings settings) {
    double scale =
        Math.min(1, (double) SIDE_OF_PIXELS / Math.max(settings.height(), settings.width()));
    return new ImageSettings(
        settings.channels(),
        Math.max(16, (int) Math.round(settings.height() * scale)),
        Math.max(16, (int) Math.round(settings.width() * scale)),
        settings.view());
  }

  private static float[] pixels(Images images) {
    float[] values = new float[images.count() * images.spec().values()];
    images.copyFloats(images.spec().inputs().get(0), 0, images.count(), FloatBuffer.wrap(values));
    return values;
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Figures of one set and seed. */
  private static final class Tally {
    private final String set;
    private final int seed;
    private final int training;
    private final boolean[] strange;
    private final int unscorable;
    private final List<Result> results = new ArrayList<>();

    Tally(String set, int seed, int training, boolean[] strange, int unscorable) {
      this.set = set;
      this.seed = seed;
      this.training = training;
      this.strange = strange;
      this.unscorable = unscorable;
    }

    void add(String method, Supplier<double[]> rival) {
      long start = System.nanoTime();
      double[] scores = rival.get();
      add(method, scores, seconds(start));
    }

    void add(String method, double[] scores, double seconds) {
      double[] normals = of(scores, false);
      double[] anomalies = of(scores, true);
      results.add(
          new Result(
              set,
              seed,
              method,
              training,
              normals.length,
              anomalies.length,
              unscorable,
              Areas.aurocInterval(normals, anomalies),
              Areas.auprc(normals, anomalies),
              seconds));
    }

    private double[] of(double[] scores, boolean wanted) {
      return IntStream.range(0, scores.length)
          .filter(i -> strange[i] == wanted)
          .mapToDouble(i -> scores[i])
          .toArray();
    }
  }
}
