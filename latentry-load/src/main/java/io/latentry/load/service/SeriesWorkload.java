package io.latentry.load.service;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import io.latentry.scoring.Scorer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Points of keys through {@code /v1}, which remembers what came before, and whole windows through
 * the other doors, which do not.
 */
final class SeriesWorkload extends Workload {
  private static final int MOST_KEYS = 10;
  private static final int CALLERS = LoadRun.MOST_UNDER_WAY;

  /** Keys of requests of one size are apart from those of another. */
  private static final long KEYS_OF_A_SIZE = 1_000_000;

  private static final long FIRST_KNOWN_KEY = 9_000_000_000L;

  private final PointTemplate.Columns columns;
  private final WindowSpec spec;
  private final List<float[]> series;
  private final Map<Integer, SeriesCallers> callers = new HashMap<>();
  private long knownKey = FIRST_KNOWN_KEY;

  SeriesWorkload(String model, Manifest manifest, List<float[]> series) {
    super(model);
    this.columns = PointTemplate.Columns.of(manifest);
    this.spec = (WindowSpec) manifest.spec();
    this.series = series.stream().limit(MOST_KEYS).toList();
  }

  @Override
  public String words() {
    return "%d channels, windows of %d points".formatted(spec.width(), spec.size());
  }

  /** Has the keys of requests of so many points warmed up, {@value #CALLERS} callers of them. */
  @Override
  void prepare(URI service, int samples) throws IOException {
    int keys = keys(samples);
    SeriesCallers asking =
        new SeriesCallers(
            CALLERS, columns, series.subList(0, keys), samples / keys, samples * KEYS_OF_A_SIZE);
    URI score = service.resolve("/v1/models/" + model() + "/score");
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    for (Iterator<byte[]> bodies = asking.warmUps(spec.size()).iterator(); bodies.hasNext(); ) {
      tell(client, score, bodies.next());
    }
    callers.put(samples, asking);
  }

  /** As many as share the points evenly. */
  private int keys(int samples) {
    int keys = Math.min(series.size(), samples);
    while (samples % keys != 0) {
      keys--;
    }
    return keys;
  }

  private static void tell(HttpClient client, URI score, byte[] body) throws IOException {
    try {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(score)
                  .header("content-type", Bodies.JSON_TYPE)
                  .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException("warm-up of keys: " + answer.body());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while keys warmed up", e);
    }
  }

  /**
   * @throws NullPointerException if their keys are not warm, see {@link #prepare}
   */
  @Override
  List<LoadDoor> doors(LoadClient client, int samples) {
    SeriesCallers asking = Objects.requireNonNull(callers.get(samples), "callers");
    LoadDoor api = LoadDoor.api(client, model(), "JSON", Bodies.JSON_TYPE, asking.bodies());
    List<Windows> requests =
        turns(DIFFERENT_REQUESTS, samples, pointsOfASeries()).stream().map(this::windows).toList();
    return List.of(
        new LoadDoor(api.name(), asking.over(api.sender())),
        LoadDoor.oip(client, model(), requests),
        LoadDoor.grpc(client, model(), requests));
  }

  private int pointsOfASeries() {
    return series.get(0).length / spec.width();
  }

  /**
   * Windows of the first series.
   *
   * @param from the first point of each
   */
  private Windows windows(int... from) {
    float[] whole = series.get(0);
    int size = spec.size() * spec.width();
    float[] values = new float[from.length * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = whole[(from[i / size] * spec.width() + i % size) % whole.length];
    }
    return Windows.of(spec, from.length, values);
  }

  /** A window whose points, told of a key that is new, end with the same verdict. */
  @Override
  KnownAnswer known(int port, Scorer scorer) {
    Windows window = windows(0);
    byte[] points =
        PointTemplate.of(columns, series.subList(0, 1), 0, spec.size())
            .written(knownKey++, FIRST_KNOWN_KEY);
    return new KnownAnswer(
        port, model(), Bodies.JSON_TYPE, points, window, scorer.judge(window).score(0));
  }
}
