package io.latentry.pipeline.image;

import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Region;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.image.HeatOverlay;
import io.latentry.ingest.image.ImageDecoder.Decoded;
import io.latentry.ingest.image.ImageReading;
import io.latentry.ingest.image.ImageSource;
import io.latentry.ingest.image.SideBySide;
import io.latentry.pipeline.Awaited;
import io.latentry.pipeline.Progress;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Images judged in batches, in the order asked for: the next batch is decoded on several threads
 * while one is judged and used. Memory is that of two batches, whatever the count.
 */
public final class ImagePass implements AutoCloseable {
  /** Values of all images of a batch, and of one map of each. */
  private static final int BATCH_VALUES = 1 << 21;

  private static final int MOST_IMAGES = 256;

  private final Scorer scorer;
  private final ImageSettings settings;
  private final ImageSource source;
  private final ExecutorService workers;

  /**
   * @param scorer of a model of images
   * @param threads that decode
   */
  public ImagePass(Scorer scorer, ImageSource source, int threads) {
    this.scorer = scorer;
    this.settings = Objects.requireNonNull(scorer.manifest().image());
    this.source = source;
    this.workers = Executors.newFixedThreadPool(Math.max(1, threads), ImagePass::worker);
  }

  private static Thread worker(Runnable task) {
    Thread thread = new Thread(task, "latentry-images");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Some judged images.
   *
   * @param indices of the images in their source
   * @param decoded of each, with its size
   */
  public record Batch(
      int[] indices, List<Decoded> decoded, Judgements judgements, ImageSettings settings) {
    public int count() {
      return indices.length;
    }

    /**
     * What is stranger in one image than {@code level}, strongest first, in pixels of the image as
     * it is in its file; nothing of one that could not be judged.
     */
    public List<Region> regions(int i, double level) {
      if (judgements.verdict(i) == Verdict.UNSCORABLE) {
        return List.of();
      }
      return heat(i).regions(level, decoded.get(i));
    }

    /** The heat of one image, if it was asked for. */
    public HeatOverlay.HeatMap heat(int i) {
      return HeatOverlay.HeatMap.of(judgements.scores().values(Output.HEAT_MAP), i, settings);
    }

    /** One image beside what is expected of it, a PNG, if {@link Output#RECONSTRUCTION} was. */
    public byte[] besideExpected(int i) {
      int values = settings.spec().values();
      return SideBySide.png(
          settings.spec(),
          decoded.get(i).pixels(),
          Arrays.copyOfRange(
              judgements.scores().values(Output.RECONSTRUCTION), i * values, (i + 1) * values));
    }
  }

  /** What is done with a batch. */
  @FunctionalInterface
  public interface Use {
    void take(Batch batch);
  }

  /**
   * Judges the images at {@code indices}.
   *
   * @param also what is wanted beside the verdict
   */
  public void each(int[] indices, Set<Output> also, Progress listener, Use use) {
    int most = Math.max(1, Math.min(MOST_IMAGES, BATCH_VALUES / settings.spec().values()));
    List<Future<Decoded>> coming = asked(indices, 0, most);
    for (int from = 0; from < indices.length; from += most) {
      List<Decoded> decoded = new ArrayList<>();
      for (Future<Decoded> one : coming) {
        decoded.add(result(one));
        listener.progress(from + decoded.size(), indices.length);
      }
      coming = asked(indices, from + most, most);
      use.take(
          new Batch(
              Arrays.copyOfRange(indices, from, from + decoded.size()),
              decoded,
              scorer.judge(ImageReading.images(decoded, settings.spec()), also),
              settings));
    }
  }

  private List<Future<Decoded>> asked(int[] indices, int from, int most) {
    return IntStream.range(from, Math.min(indices.length, from + most))
        .mapToObj(i -> workers.submit(() -> ImageReading.decode(source, indices[i], settings)))
        .toList();
  }

  /** Work on several images at a time, done when this returns. */
  public void together(int count, IntConsumer work) {
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int own = i;
      all.add(workers.submit(() -> work.accept(own)));
    }
    for (Future<?> one : all) {
      Object unused = result(one);
    }
  }

  private static <V extends @Nullable Object> V result(Future<V> work) {
    try {
      return Awaited.result(work);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading images", e);
    }
  }

  /** How heat is drawn for a model, from its own threshold on. */
  public static HeatOverlay overlay(Manifest manifest) {
    return HeatOverlay.of(manifest, manifest.threshold().current());
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
