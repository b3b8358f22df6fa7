package io.latentry.load.service;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Rows;
import io.latentry.scoring.Scorer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;

/** One model, and what a service is asked about it under load; a class for each kind of model. */
public abstract sealed class Workload permits TableWorkload, SeriesWorkload, ImageWorkload {
  static final int DIFFERENT_REQUESTS = 200;

  private final String model;

  Workload(String model) {
    this.model = model;
  }

  /** Asks about rows of a table. */
  public static Workload ofTable(String model, Rows rows) {
    return new TableWorkload(model, rows);
  }

  /**
   * Asks about points of keys that the model has not seen.
   *
   * @param manifest of a model with one key column and channels of numbers
   * @param series {@code float[points * channels]} each, row-major; each goes on at its beginning
   */
  public static Workload ofSeries(String model, Manifest manifest, List<float[]> series) {
    return new SeriesWorkload(model, manifest, series);
  }

  /**
   * Asks about images.
   *
   * @param manifest of a model of images
   * @param files PNG
   */
  public static Workload ofImages(String model, Manifest manifest, List<byte[]> files) {
    return new ImageWorkload(model, manifest, files);
  }

  final String model() {
    return model;
  }

  /** What a sample is, in a few words. */
  public abstract String words();

  /** Tells a service what it must know before it can judge requests of so many samples. */
  void prepare(URI service, int samples) throws IOException {}

  /** {@code /v1}, {@code /v2} and gRPC, with requests of so many samples each. */
  abstract List<LoadDoor> doors(LoadClient client, int samples);

  /**
   * Something whose score is known, to be asked for once.
   *
   * @param scorer of the model
   */
  abstract KnownAnswer known(int port, Scorer scorer);

  /** Which of {@code count} samples make up each of {@code requests} of {@code size}, in turn. */
  static List<int[]> turns(int requests, int size, int count) {
    return IntStream.range(0, requests)
        .mapToObj(
            request -> IntStream.range(0, size).map(i -> (request * size + i) % count).toArray())
        .toList();
  }
}
