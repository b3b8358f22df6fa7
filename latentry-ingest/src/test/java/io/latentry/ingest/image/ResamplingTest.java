package io.latentry.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplingTest {

  /** By hand: three pixels onto two, each new one half again as long as an old one. */
  @Test
  void shrinkingWeighsByTheAreaCovered() {
    assertThat(resized(new int[] {0, 90, 240}, 2)).containsExactly(30, 190);
    assertThat(resized(new int[] {10, 20, 30, 41}, 2)).containsExactly(15, 36);
  }

  /** By hand: centres at a quarter and three quarters of each old pixel. */
  @Test
  void growingInterpolatesBetweenCentres() {
    assertThat(resized(new int[] {0, 100}, 4)).containsExactly(0, 25, 75, 100);
    assertThat(resized(new int[] {0, 1}, 4)).containsExactly(0, 0, 1, 1);
    assertThat(resized(new int[] {7}, 3)).containsExactly(7, 7, 7);
  }

  /** As exact fractions give it: what a model learned from must be what it is asked about. */
  @Test
  void aPictureResizesToTheVeryBytes() {
    Resizer resizer = new Resizer(1, 5, 7, 3, 9);
    for (int y = 0; y < 5; y++) {
      int[] row = new int[7];
      for (int x = 0; x < 7; x++) {
        row[x] = (y * 61 + x * x * 7 + 13 * x * y) % 256;
      }
      resizer.add(new int[][] {row});
    }

    assertThat(unsigned(resizer.planes()[0]))
        .containsExactly(
            24, 33, 48, 72, 103, 145, 138, 150, 205, //
            122, 144, 153, 130, 58, 117, 126, 103, 69, //
            220, 153, 104, 103, 167, 122, 113, 107, 87);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "5, 3", "3, 5", "1000, 17", "17, 1000", "30000, 1024", "64, 64", "63, 64"})
  void theWeightsOfEveryNewPixelAddUp(int from, int to) {
    Resampling resampling = Resampling.of(from, to);

    for (int i = 0; i < to; i++) {
      assertThat(Arrays.stream(resampling.weights()[i]).sum()).isEqualTo(resampling.whole());
      assertThat(resampling.first()[i]).isNotNegative();
      assertThat(resampling.first()[i] + resampling.weights()[i].length).isLessThanOrEqualTo(from);
    }
  }

  @ParameterizedTest
  @CsvSource({"13, 5", "5, 13", "8, 8"})
  void aMirroredRowResizesToTheMirror(int from, int to) {
    int[] row = new int[from];
    Arrays.setAll(row, i -> i * i * 31 % 256);
    int[] mirrored = new int[from];
    Arrays.setAll(mirrored, i -> row[from - 1 - i]);

    int[] there = resized(row, to);
    int[] back = resized(mirrored, to);

    for (int i = 0; i < to; i++) {
      assertThat(back[i]).isEqualTo(there[to - 1 - i]);
    }
  }

  private static int[] resized(int[] row, int to) {
    Resizer resizer = new Resizer(1, 1, row.length, 1, to);
    resizer.add(new int[][] {row});
    return unsigned(resizer.planes()[0]);
  }

  private static int[] unsigned(byte[] values) {
    int[] unsigned = new int[values.length];
    Arrays.setAll(unsigned, i -> values[i] & 0xff);
    return unsigned;
  }
}
