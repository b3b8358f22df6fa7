package io.latentry.load.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Whatever comes of requests, the service sees the points of a key in the order of their times. */
final class SeriesCallersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WINDOW = 4;
  private static final int POINTS = 2;
  private static final long SEED = 1;
  private static final List<float[]> SERIES =
      List.of(new float[] {0.5f, 1, -2, 3e-9f, 4, 5}, new float[] {10, 11, 12, 13, 14, 15});

  /** Of each key the last time that was told, and the value at it. */
  private final Map<String, Long> last = new HashMap<>();

  private final Map<String, Float> values = new HashMap<>();
  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void timesOfAKeyGoOnWhereTheyStoodAndAgainWhereTheyWereRefused() {
    SeriesCallers callers =
        new SeriesCallers(
            3, new PointTemplate.Columns("t", "machine", List.of("f")), SERIES, POINTS, 700);
    callers.warmUps(WINDOW).forEach(body -> take(body, WINDOW));
    assertThat(last).hasSize(6);
    List<byte[]> bodies = callers.bodies();
    List<Runnable> underWay = new ArrayList<>();
    LoadDoor.Sender sender =
        callers.over((caller, answered) -> underWay.add(answer(bodies.get(caller), answered)));
    List<String> statuses = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      while (underWay.size() < 3) {
        sender.send(i, statuses::add);
      }
      underWay.remove(random.nextInt(3)).run();
    }
    assertThat(statuses).hasSize(100).contains("429", LoadDoor.OK);
  }

  /** One in four is refused; its points are told again before any others of their keys. */
  private Runnable answer(byte[] body, Consumer<String> answered) {
    return () -> {
      boolean refused = random.nextInt(4) == 0;
      if (!refused) {
        take(body, POINTS);
      }
      answered.accept(refused ? "429" : LoadDoor.OK);
    };
  }

  private void take(byte[] body, int points) {
    try {
      JsonNode rows = JSON.readTree(body).path("rows");
      assertThat(rows).hasSize(SERIES.size() * points);
      for (JsonNode row : rows) {
        String key = row.path("machine").asText();
        long time = row.path("t").asLong();
        float value = row.path("f").floatValue();
        assertThat(time).as(key).isEqualTo(last.getOrDefault(key, time - 1) + 1);
        values.computeIfPresent(
            key,
            (of, before) -> {
              assertThat(value).as(key).isEqualTo(next(before));
              return value;
            });
        values.putIfAbsent(key, value);
        last.put(key, time);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The value behind another in its series, which goes on at its beginning. */
  private static float next(float value) {
    for (float[] series : SERIES) {
      for (int i = 0; i < series.length; i++) {
        if (series[i] == value) {
          return series[(i + 1) % series.length];
        }
      }
    }
    throw new AssertionError(value);
  }
}
