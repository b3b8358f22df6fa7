package io.latentry.pipeline.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.Windows;
import io.latentry.core.series.KeyScales;
import io.latentry.core.series.SeriesSettings;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.KeyScaling;
import io.latentry.pipeline.config.SeriesConfig;
import io.latentry.pipeline.data.SeriesData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pumps that do the same at levels of their own. */
final class KeyLevelsTest {
  private static final int WINDOW = 16;

  @TempDir private static Path folder;

  @Test
  void keysOfOtherLevelsAreMadeAlike() throws IOException {
    SeriesData data = read(pumps(1_000, 100), KeyScaling.AUTO);
    SeriesSettings settings = data.series().orElseThrow();
    assertThat(settings.scales()).isNotNull();
    assertThat(settings.scales().keys()).containsOnlyKeys("north", "south");
    int half = data.counts().normal() / 2;
    Windows north = data.normals(IntStream.range(0, half).toArray());
    Windows south = data.normals(IntStream.range(half, 2 * half).toArray());
    for (int i = 0; i < half; i += 37) {
      float[] one = north.values(i);
      float[] other = south.values(i);
      for (int t = 0; t < WINDOW; t++) {
        assertThat(one[2 * t]).isCloseTo(other[2 * t], within(0.5f * spread(one)));
      }
      // What is told is the key's own.
      assertThat(north.judged().numeric(i, 0)).isBetween(-2f, 2f);
      assertThat(north.told(i, 0, one[2 * (WINDOW - 1)]))
          .isCloseTo(north.judged().numeric(i, 0), within(1e-3f));
      assertThat(south.judged().numeric(i, 0)).isBetween(800f, 1_200f);
      assertThat(south.told(i, 0, other[2 * (WINDOW - 1)]))
          .isCloseTo(south.judged().numeric(i, 0), within(0.1f));
    }
  }

  @Test
  void keysThatAreAlikeStayAsTheyStand() throws IOException {
    assertThat(scales(pumps(0, 1), KeyScaling.AUTO)).isNull();
    assertThat(scales(pumps(0, 1), KeyScaling.KEY)).isNotNull();
    assertThat(scales(pumps(1_000, 100), KeyScaling.GLOBAL)).isNull();
  }

  @Test
  void whatIsNotMeasuredStaysAsItStands() throws IOException {
    KeyScales scales = scales(pumps(1_000, 100), KeyScaling.KEY);
    assertThat(scales).isNotNull();
    // The valve is open or shut in every pump.
    assertThat(scales.of("south").scaled(1, 1)).isEqualTo(1);
  }

  @Test
  void aKeyOfFewPointsStaysAsItStands() throws IOException {
    List<String> lines = pumps(1_000, 100);
    for (int i = 0; i < 60; i++) {
      lines.add("%d,west,%.4f,0".formatted(i, 50 + Math.sin(i)));
    }
    KeyScales scales = scales(lines, KeyScaling.AUTO);
    assertThat(scales).isNotNull();
    assertThat(scales.keys()).containsOnlyKeys("north", "south");
    assertThat(scales.of("west")).isNull();
  }

  private static KeyScales scales(List<String> lines, KeyScaling scaling) throws IOException {
    return read(lines, scaling).series().orElseThrow().scales();
  }

  private static SeriesData read(List<String> lines, KeyScaling scaling) throws IOException {
    Path file = Files.write(folder.resolve("pumps.csv"), lines);
    SeriesConfig series =
        SeriesConfig.DEFAULT.withKeys(List.of("pump")).withWindow(WINDOW).withScale(scaling);
    return SeriesData.read(
        List.of(file.toString()),
        Fits.noInput(),
        DataConfig.builder().time("at").series(series).build(),
        Progress.QUIET);
  }

  private static float spread(float[] window) {
    float least = Float.MAX_VALUE;
    float most = -Float.MAX_VALUE;
    for (int i = 0; i < window.length; i += 2) {
      least = Math.min(least, window[i]);
      most = Math.max(most, window[i]);
    }
    return most - least;
  }

  /** North swings by 1 about 0, south by {@code swing} about {@code level}. */
  private static List<String> pumps(double level, double swing) {
    Random random = new Random(4);
    List<String> lines = new ArrayList<>(List.of("at,pump,pressure,valve"));
    for (int i = 0; i < 600; i++) {
      double north = Math.sin(i * 0.4) + 0.05 * random.nextGaussian();
      double south = level + swing * (Math.sin(i * 0.4) + 0.05 * random.nextGaussian());
      lines.add("%d,north,%.4f,%d".formatted(i, north, i / 9 % 2));
      lines.add("%d,south,%.4f,%d".formatted(i, south, i / 9 % 2));
    }
    return lines;
  }
}
