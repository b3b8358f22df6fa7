package io.latentry.core.tile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TilingTest {
  private static final int HEIGHT = 336;
  private static final int WIDTH = 560;
  private static final Tiling TILING = Tiling.of(128, HEIGHT, WIDTH);
  private static final ImageSpec SPEC = new ImageSpec(3, HEIGHT, WIDTH, TILING);

  @Test
  void tilesCoverAnImageAndOverlapByNoLessThanTold() {
    for (int side = 128; side <= 512; side += 16) {
      for (int length = side; length <= 2_000; length += 16) {
        Tiling tiling = Tiling.of(side, length, length);
        int[] tops = tiling.tops(length);
        assertThat(tops[0]).isZero();
        assertThat(tops[tops.length - 1] + side).isEqualTo(length);
        for (int i = 1; i < tops.length; i++) {
          assertThat(tops[i] % Tiling.STEP).isZero();
          assertThat(tops[i]).isGreaterThan(tops[i - 1]);
          assertThat(tops[i - 1] + side - tops[i]).isGreaterThanOrEqualTo(tiling.overlap());
        }
      }
    }
  }

  @Test
  void everyPixelIsFarFromTheRimOfSomeTile() {
    int[] lefts = TILING.lefts(WIDTH);
    for (int x = 0; x < WIDTH; x++) {
      int pixel = x;
      int away =
          IntStream.of(lefts)
              .filter(left -> left <= pixel && pixel < left + 128)
              .map(
                  left ->
                      Math.min(
                          left == 0 ? WIDTH : pixel - left + 1,
                          left + 128 == WIDTH ? WIDTH : left + 128 - pixel))
              .max()
              .orElseThrow();
      assertThat(away).isGreaterThanOrEqualTo(32);
    }
  }

  @Test
  void whatAllTilesSayAtAPixelAddsUpToOneAndChangesLittleFromPixelToPixel() {
    int[] lefts = TILING.lefts(WIDTH);
    float[][] weights = Tiling.weights(lefts, 128, WIDTH);
    float[] whole = new float[WIDTH];
    for (int i = 0; i < lefts.length; i++) {
      float before = lefts[i] == 0 ? 1 : 0;
      for (int x = 0; x < 128; x++) {
        whole[lefts[i] + x] += weights[i][x];
        assertThat(weights[i][x]).isCloseTo(before, within(1 / 30f));
        before = weights[i][x];
      }
      assertThat(before).isCloseTo(lefts[i] + 128 == WIDTH ? 1 : 0, within(1 / 30f));
    }
    for (float sum : whole) {
      assertThat(sum).isCloseTo(1, within(1e-6f));
    }
  }

  @Test
  void anImageOfNoMoreThanATileIsOneTile() {
    Tiling tiling = Tiling.of(256, 256, 160);
    assertThat(tiling).isEqualTo(new Tiling(256, 160, 64));
    assertThat(tiling.count(256, 160)).isEqualTo(1);
  }

  @Test
  void mapsThatTilesTakeOfTheImageAreTheImageAgain() {
    Images images = noise(2);
    Outputs whole = images.outputsByTiles(5, TilingTest::pixelsAsMaps);
    assertThat(whole.count()).isEqualTo(2);
    float[] map = whole.values(Output.RECONSTRUCTION);
    assertThat(map).hasSize(2 * SPEC.values());
    for (int i = 0; i < map.length; i++) {
      int actual = images.pixels(i / SPEC.values())[i % SPEC.values()] & 0xff;
      assertThat(map[i]).isCloseTo(actual, within(1e-3f));
    }
  }

  @Test
  void anImageIsAsStrangeAsItsStrangestTileAndSharesOutThatTilesNats() {
    Images images = noise(2);
    images.pixels(1)[300 * WIDTH + 500] = (byte) 255;
    Outputs whole = images.outputsByTiles(7, TilingTest::pixelsAsMaps);
    for (int image = 0; image < 2; image++) {
      float greatest = Float.NEGATIVE_INFINITY;
      for (int tile = 0; tile < SPEC.tiles(); tile++) {
        Outputs own = pixelsAsMaps(images.tiles(image, new int[] {tile}));
        greatest = Math.max(greatest, own.values(Output.RECONSTRUCTION_TERM)[0]);
      }
      assertThat(whole.values(Output.RECONSTRUCTION_TERM)[image]).isEqualTo(greatest);
      float[] shares = whole.values(Output.CONTRIBUTION);
      double sum = 0;
      int pixels = 0;
      for (int i = image * SPEC.values(); i < (image + 1) * SPEC.values(); i++) {
        sum += shares[i];
        pixels += shares[i] == 0 ? 0 : 1;
      }
      assertThat(sum).isCloseTo(greatest, within(1e-3 * greatest));
      assertThat(pixels).isLessThanOrEqualTo(SPEC.tile().values());
    }
  }

  @Test
  void tilesGoThroughAFewAtATimeAndOfABrokenImageJustOne() {
    Images images = noise(3);
    Images broken =
        new Images(
            SPEC,
            new byte[][] {images.pixels(0), images.pixels(1), images.pixels(2)},
            new String[] {null, "truncated", null});
    List<Integer> counts = new ArrayList<>();
    Outputs unused =
        broken.outputsByTiles(
            8,
            tiles -> {
              counts.add(tiles.count());
              return pixelsAsMaps(tiles);
            });
    assertThat(counts.stream().mapToInt(i -> i).max()).hasValue(8);
    assertThat(counts.stream().mapToInt(i -> i).sum()).isEqualTo(2 * SPEC.tiles() + 1);
  }

  @Test
  void whatCannotBeCutIsRefused() {
    assertThatThrownBy(() -> new Tiling(100, 128, 64)).hasMessageContaining("multiples of 16");
    assertThatThrownBy(() -> new ImageSpec(1, 240, 128, new Tiling(256, 128, 64)))
        .hasMessageContaining("no shorter than a tile");
    assertThatThrownBy(() -> new ImageSpec(1, 256, 128, new Tiling(128, 128, 80)))
        .hasMessageContaining("at most half a tile");
    assertThatThrownBy(() -> new ImageSpec(1, 8192, 8192, new Tiling(1024, 1024, 256)))
        .hasMessageContaining("16,777,216");
    assertThatThrownBy(() -> new ImageSpec(1, 2048, 2048, new Tiling(2048, 1024, 256)))
        .hasMessage("tile height: 2048 pixels (expected: 16 to 1024)");
  }

  private static Images noise(int count) {
    SplittableRandom random = new SplittableRandom(7);
    byte[][] pixels = new byte[count][SPEC.values()];
    for (byte[] image : pixels) {
      for (int i = 0; i < image.length; i++) {
        image[i] = (byte) (1 + random.nextInt(200));
      }
    }
    return Images.of(SPEC, pixels);
  }

  /** A graph whose maps are the pixels, and whose term is their sum. */
  private static Outputs pixelsAsMaps(Images tiles) {
    int values = tiles.spec().values();
    float[] maps = new float[tiles.count() * values];
    float[] terms = new float[tiles.count()];
    for (int i = 0; i < maps.length; i++) {
      maps[i] = tiles.pixels(i / values)[i % values] & 0xff;
      terms[i / values] += maps[i];
    }
    Map<Output, float[]> numbers = new EnumMap<>(Output.class);
    numbers.put(Output.RECONSTRUCTION_TERM, terms);
    numbers.put(Output.RECONSTRUCTION, maps);
    numbers.put(Output.CONTRIBUTION, Arrays.copyOf(maps, maps.length));
    return new Outputs(tiles.count(), numbers);
  }
}
