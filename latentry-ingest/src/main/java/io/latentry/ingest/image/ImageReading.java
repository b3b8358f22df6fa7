package io.latentry.ingest.image;

import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.fault.FaultWords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads and decodes many images on several threads. */
public final class ImageReading {

  private ImageReading() {}

  /** As below, on as many threads as the machine has processors, and telling nobody. */
  public static Images read(ImageSource source, int[] indices, ImageSettings settings) {
    return read(source, indices, settings, Runtime.getRuntime().availableProcessors(), done -> {});
  }

  /**
   * The images at {@code indices} of a source, in that order; one that cannot be read or decoded
   * has a fault.
   *
   * @param read is told how many are read so far, on the calling thread
   */
  public static Images read(
      ImageSource source, int[] indices, ImageSettings settings, int threads, IntConsumer read) {
    return images(decode(source, indices, settings, threads, read), settings.spec());
  }

  /** What was decoded, as the model takes it. */
  public static Images images(List<ImageDecoder.Decoded> decoded, ImageSpec spec) {
    byte[] none = new byte[spec.values()];
    byte[][] pixels = new byte[decoded.size()][];
    @Nullable String[] faults = new String[decoded.size()];
    for (int i = 0; i < pixels.length; i++) {
      faults[i] = decoded.get(i).fault();
      pixels[i] = faults[i] == null ? decoded.get(i).pixels() : none;
    }
    return new Images(spec, pixels, faults);
  }

  /** The same images, each with the size that it has in its file. */
  public static List<ImageDecoder.Decoded> decode(
      ImageSource source, int[] indices, ImageSettings settings, int threads, IntConsumer read) {
    ExecutorService workers =
        Executors.newFixedThreadPool(Math.max(1, Math.min(threads, indices.length)));
    try {
      List<Future<ImageDecoder.Decoded>> asked =
          IntStream.of(indices)
              .mapToObj(index -> workers.submit(() -> decode(source, index, settings)))
              .toList();
      List<ImageDecoder.Decoded> decoded = new ArrayList<>();
      for (Future<ImageDecoder.Decoded> one : asked) {
        decoded.add(one.get());
        read.accept(decoded.size());
      }
      return decoded;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new CancellationException("reading images was interrupted");
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause());
    } finally {
      workers.shutdownNow();
    }
  }

  /**
   * What the head of an image says; empty if it cannot be read, or says that it is none to read.
   */
  public static Optional<ImageDecoder.Header> header(ImageSource source, int index) {
    try {
      return Optional.of(ImageDecoder.header(source.read(index)))
          .filter(header -> header.fault() == null);
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** One image; what cannot be read or decoded has a fault. */
  public static ImageDecoder.Decoded decode(ImageSource source, int index, ImageSettings settings) {
    byte[] file;
    try {
      file = source.read(index);
    } catch (IOException unreadable) {
      return ImageDecoder.Decoded.faulty("cannot be read: " + FaultWords.of(unreadable));
    }
    return ImageDecoder.decode(file, settings.channels(), settings.height(), settings.width());
  }
}
