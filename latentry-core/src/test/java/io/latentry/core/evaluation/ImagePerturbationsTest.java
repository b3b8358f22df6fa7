package io.latentry.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImagePerturbationsTest {
  @Test
  void everyImageGetsASmallFaultOfItsOwn() {
    ImageSpec spec = new ImageSpec(3, 64, 48);
    byte[][] pixels = new byte[200][spec.values()];
    Random random = new Random(1);
    for (byte[] image : pixels) {
      for (int i = 0; i < image.length; i++) {
        image[i] = (byte) (128 + 20 * random.nextGaussian());
      }
    }
    Images normals = Images.of(spec, pixels);
    Images perturbed = (Images) new ImagePerturbations().perturb(normals, 7);
    Images again = (Images) new ImagePerturbations().perturb(normals, 7);
    int changed = 0;
    for (int i = 0; i < pixels.length; i++) {
      assertThat(perturbed.pixels(i)).isEqualTo(again.pixels(i));
      int differ = 0;
      for (int j = 0; j < spec.values(); j++) {
        differ += perturbed.pixels(i)[j] == pixels[i][j] ? 0 : 1;
      }
      assertThat(differ).isLessThan(spec.values() / 5);
      changed += differ > 0 ? 1 : 0;
    }
    // A scratch may begin at the rim and lie outside.
    assertThat(changed).isGreaterThan(190);
    assertThat(Arrays.equals(perturbed.pixels(0), perturbed.pixels(1))).isFalse();
  }
}
