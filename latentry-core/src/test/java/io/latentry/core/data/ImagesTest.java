package io.latentry.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.graph.Output;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImagesTest {
  private static final ImageSpec SPEC = new ImageSpec(1, 16, 17);

  private static byte[] image(int value) {
    byte[] image = new byte[SPEC.values()];
    Arrays.fill(image, (byte) value);
    return image;
  }

  @Test
  void aByteIsAShareOfWhite() {
    Images images = Images.of(SPEC, new byte[][] {image(0), image(255), image(51)});
    FloatBuffer into = FloatBuffer.allocate(2 * SPEC.values());
    images.copyFloats(SPEC.inputs().get(0), 1, 2, into);
    assertThat(into.get(0)).isEqualTo(1f);
    assertThat(into.get(SPEC.values())).isEqualTo(0.2f);
  }

  @Test
  void anImageThatCouldNotBeReadIsNotJudged() {
    Images images = new Images(SPEC, new byte[][] {image(1), image(2)}, new String[] {null, "cut"});
    Screen screen = SPEC.screen();
    assertThat(screen.reasonAgainst(images, 0)).isNull();
    assertThat(screen.reasonAgainst(images, 1)).isEqualTo("cut");
    assertThat(screen.judgesRest(images, 1)).isFalse();
    assertThat(images.select(new int[] {1, 0}).fault(0)).isEqualTo("cut");
    assertThat(images.slice(1, 2).followedBy(List.of(images)).count()).isEqualTo(3);
  }

  @Test
  void aLookGoesWithItsImage() {
    Images images =
        Images.of(SPEC, new byte[][] {image(1), image(2)})
            .lookedAt(List.of(new float[] {1}, new float[] {2}));
    assertThat(images.select(new int[] {1}).look(0)).containsExactly(2);
    assertThat(images.followedBy(List.of(images)).look(3)).containsExactly(2);
    assertThat(images.followedBy(List.of(Images.of(SPEC, new byte[][] {image(3)}))).isLookedAt())
        .isFalse();
  }

  @Test
  void anotherSizeIsAnotherImage() {
    assertThat(SPEC.takes(new ImageSpec(1, 16, 17))).isTrue();
    assertThat(SPEC.takes(new ImageSpec(1, 17, 16))).isFalse();
    assertThat(SPEC.shape(Output.HEAT_MAP)).containsExactly(16, 17);
    assertThat(SPEC.shape(Output.CONTRIBUTION)).containsExactly(1, 16, 17);
    assertThatThrownBy(() -> new ImageSpec(2, 16, 16)).hasMessage("channels: 2 (expected: 1 or 3)");
    assertThatThrownBy(() -> new ImageSpec(1, 15, 16))
        .hasMessage("height: 15 pixels (expected: 16 to 1024)");
    assertThatThrownBy(() -> Images.of(SPEC, new byte[][] {new byte[3]}))
        .hasMessage("pixels: 3 values (expected: 1 x 16 x 17)");
  }
}
