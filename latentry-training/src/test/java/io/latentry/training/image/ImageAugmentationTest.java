package io.latentry.training.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImageAugmentationTest {
  private static final ImageSpec SQUARE = new ImageSpec(3, 32, 32);
  private static final ImageSpec WIDE = new ImageSpec(1, 16, 48);
  private static final int COPIES = 60;

  private static Images same(ImageSpec spec) {
    byte[] image = new byte[spec.values()];
    new Random(1).nextBytes(image);
    return Images.of(
        spec, IntStream.range(0, COPIES).mapToObj(i -> image.clone()).toArray(byte[][]::new));
  }

  private static Set<List<Byte>> kinds(ImageSpec spec, Alteration alteration) {
    Images images = same(spec);
    Images altered = new ImageAugmentation(Set.of(alteration)).altered(images, 3);
    Set<List<Byte>> kinds = new HashSet<>();
    for (int i = 0; i < altered.count(); i++) {
      byte[] image = altered.pixels(i);
      kinds.add(IntStream.range(0, image.length).mapToObj(j -> image[j]).toList());
    }
    return kinds;
  }

  @Test
  void aFlipHasTwoOutcomesATurnFourOrTwo() {
    assertThat(kinds(SQUARE, Alteration.FLIP)).hasSize(2);
    assertThat(kinds(SQUARE, Alteration.TURN)).hasSize(4);
    assertThat(kinds(WIDE, Alteration.FLIP)).hasSize(2);
    assertThat(kinds(WIDE, Alteration.TURN)).hasSize(2);
  }

  @Test
  void flipsAndTurnsKeepEveryPixelAndChannelsApart() {
    Images images = same(SQUARE);
    Images altered =
        new ImageAugmentation(Set.of(Alteration.FLIP, Alteration.TURN)).altered(images, 5);
    int plane = 32 * 32;
    for (int c = 0; c < 3; c++) {
      byte[] before = Arrays.copyOfRange(images.pixels(0), c * plane, (c + 1) * plane);
      Arrays.sort(before);
      for (int i = 0; i < COPIES; i++) {
        byte[] after = Arrays.copyOfRange(altered.pixels(i), c * plane, (c + 1) * plane);
        Arrays.sort(after);
        assertThat(after).isEqualTo(before);
      }
    }
  }

  @Test
  void aQuarterTurnTakesTheTopToTheRight() {
    byte[] image = new byte[32 * 32];
    Arrays.fill(image, 0, 32, (byte) 200);
    Images images = Images.of(new ImageSpec(1, 32, 32), new byte[][] {image});
    Set<Integer> sides = new HashSet<>();
    for (int seed = 0; seed < 40; seed++) {
      byte[] turned =
          new ImageAugmentation(Set.of(Alteration.TURN)).altered(images, seed).pixels(0);
      boolean top = turned[16] != 0;
      boolean bottom = turned[31 * 32 + 16] != 0;
      boolean left = turned[16 * 32] != 0;
      boolean right = turned[16 * 32 + 31] != 0;
      assertThat(List.of(top, bottom, left, right)).containsOnlyOnce(true);
      sides.add(top ? 0 : bottom ? 1 : left ? 2 : 3);
    }
    assertThat(sides).hasSize(4);
  }

  @Test
  void shiftsAndBrightnessAreSmallAndDependOnTheSeed() {
    Images images = same(SQUARE);
    Images shifted = new ImageAugmentation(Set.of(Alteration.SHIFT)).altered(images, 7);
    byte[] original = images.pixels(0);
    for (int i = 0; i < COPIES; i++) {
      byte[] copy = shifted.pixels(i);
      boolean found = false;
      for (int down = -2; down <= 2 && !found; down++) {
        for (int right = -2; right <= 2 && !found; right++) {
          found = copy[16 * 32 + 16] == original[(16 - down) * 32 + 16 - right];
        }
      }
      assertThat(found).isTrue();
    }
    Images brighter = new ImageAugmentation(Set.of(Alteration.BRIGHTNESS)).altered(images, 7);
    for (int i = 0; i < COPIES; i++) {
      for (int j = 0; j < original.length; j++) {
        int before = original[j] & 0xff;
        assertThat(Math.abs((brighter.pixels(i)[j] & 0xff) - before))
            .isLessThanOrEqualTo(1 + before / 10);
      }
    }
    ImageAugmentation all = new ImageAugmentation(Set.of(Alteration.values()));
    assertThat(all.altered(images, 1).pixels(4)).isEqualTo(all.altered(images, 1).pixels(4));
    assertThat(all.altered(images, 1).pixels(4)).isNotEqualTo(all.altered(images, 2).pixels(4));
    assertThat(images.pixels(0)).isEqualTo(same(SQUARE).pixels(0));
  }
}
