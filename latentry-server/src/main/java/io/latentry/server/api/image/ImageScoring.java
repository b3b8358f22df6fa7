package io.latentry.server.api.image;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.graph.Output;
import io.latentry.ingest.image.ImageDecoder;
import io.latentry.ingest.image.ImageDecoder.Decoded;
import io.latentry.ingest.image.ImageReading;
import io.latentry.scoring.Judgements;
import io.latentry.server.api.answer.AnswerForm;
import io.latentry.server.api.answer.ScoreOptions;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts on the images of a request. They are decoded on threads of their own, no more than the
 * memory has room for, so that neither one image that is much larger than its file nor many
 * requests at one time can fill it. Thread-safe.
 */
public final class ImageScoring {
  /** What decoding an image takes at most, but for very large ones, of which one is decoded. */
  private static final long BYTES_OF_A_THREAD = 256L << 20;

  /** Values of the images of one request, once they are of the model's size. */
  private static final int MOST_VALUES = 64 << 20;

  /** Pictures of one JSON document. */
  private static final int MOST_HEAT_MAPS = 16;

  private static final int IDLE_SECONDS = 30;

  private final Duration patience;
  private final long mostPixels;
  private final int mostRows;
  private final ThreadPoolExecutor threads;

  /** Values of images under way, of {@link #mostHeld}. */
  private final AtomicLong held = new AtomicLong();

  private final long mostHeld;

  /**
   * @param mostPixels of an image as it is sent
   * @param mostRows images of one request
   */
  public ImageScoring(Duration patience, long mostPixels, int mostRows) {
    this.patience = patience;
    this.mostPixels = mostPixels;
    this.mostRows = mostRows;
    long memory = Runtime.getRuntime().maxMemory();
    this.mostHeld = Math.max(MOST_VALUES, memory / 8);
    int most =
        (int)
            Math.max(
                1,
                Math.min(Runtime.getRuntime().availableProcessors(), memory / BYTES_OF_A_THREAD));
    this.threads =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "latentry-images");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /** Whether a body of that type holds images, or what its sender takes for some. */
  public static boolean isType(@Nullable MediaType type) {
    return SentImage.isType(type);
  }

  /**
   * Refuses rows for a model of images.
   *
   * @param type of the body; null if nothing is said
   */
  public static void requireRows(ModelLease lease, @Nullable MediaType type) {
    if (lease.manifest().image() != null) {
      throw new RefusedException(
          Refusal.UNSUPPORTED_MEDIA,
          "content-type: "
              + (type == null ? "none" : type)
              + " (expected: "
              + SentImage.types()
              + ", since model '"
              + lease.version().name()
              + "' judges images)");
    }
  }

  /**
   * Judges what was sent; blocks while it is taken apart.
   *
   * @param lease not closed here
   * @param type of the body, for which {@link #isType} holds
   */
  public CompletableFuture<HttpResponse> judge(
      ServiceRequestContext context,
      ModelLease lease,
      RequestHeaders headers,
      MediaType type,
      byte[] body,
      ScoreOptions options) {
    ImageSettings settings = lease.manifest().image();
    if (settings == null) {
      throw new RefusedException(
          Refusal.UNSUPPORTED_MEDIA,
          "content-type: "
              + type
              + " (expected: one of "
              + AnswerForm.names()
              + ", since model '"
              + lease.version().name()
              + "' judges rows)");
    }
    int values = settings.spec().values();
    int most = Math.max(1, Math.min(mostRows, MOST_VALUES / values));
    List<SentImage> images = SentImage.of(type, body, most);
    ImageAnswer answer = ImageAnswer.of(headers, lease, settings, options);
    answer.requireRoomFor(images.size(), MOST_HEAT_MAPS);
    images.forEach(this::requireFewPixels);
    long taken = (long) values * images.size();
    if (held.addAndGet(taken) > mostHeld) {
      held.addAndGet(-taken);
      throw new RefusedException(
          Refusal.BUSY, "images: as many as there is room for are under way; try again later");
    }
    return judged(context, lease, images, settings, answer, options)
        .whenComplete((done, failed) -> held.addAndGet(-taken));
  }

  /** By the head of a file; what is broken there has its reason later. */
  private void requireFewPixels(SentImage image) {
    ImageDecoder.Header header = ImageDecoder.header(image.bytes());
    if (header.fault() == null && (long) header.width() * header.height() > mostPixels) {
      throw new RefusedException(
          Refusal.TOO_LARGE,
          "%s: %d x %d pixels (expected: at most %d, limits.image_pixels of the service)"
              .formatted(
                  image.name() == null ? "image" : image.name(),
                  header.width(),
                  header.height(),
                  mostPixels));
    }
  }

  private CompletableFuture<HttpResponse> judged(
      ServiceRequestContext context,
      ModelLease lease,
      List<SentImage> images,
      ImageSettings settings,
      ImageAnswer answer,
      ScoreOptions options) {
    List<CompletableFuture<Decoded>> coming =
        images.stream()
            .map(
                image ->
                    CompletableFuture.supplyAsync(() -> decoded(context, image, settings), threads))
            .toList();
    Set<Output> also =
        options.explain() > 0 || answer.draws()
            ? EnumSet.of(Output.HEAT_MAP)
            : EnumSet.noneOf(Output.class);
    return CompletableFuture.allOf(coming.toArray(CompletableFuture<?>[]::new))
        .thenApply(all -> coming.stream().map(CompletableFuture::join).toList())
        .thenCompose(
            context.makeContextAware(
                (List<Decoded> decoded) ->
                    lease
                        .judge(ImageReading.images(decoded, settings.spec()), also, patience)
                        .thenApplyAsync(
                            (Judgements judged) -> answer.response(images, decoded, judged),
                            threads)));
  }

  private static Decoded decoded(
      ServiceRequestContext context, SentImage image, ImageSettings settings) {
    if (context.isTimedOut() || context.isCancelled()) {
      throw new RefusedException(Refusal.DEADLINE, "images: not all were decoded in time");
    }
    return ImageDecoder.decode(
        image.bytes(), settings.channels(), settings.height(), settings.width());
  }
}
