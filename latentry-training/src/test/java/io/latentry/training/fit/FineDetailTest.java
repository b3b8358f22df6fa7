package io.latentry.training.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.preprocessing.PixelMap;
import io.latentry.training.term.Codes;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FineDetailTest {
  private static final ImageSpec SPEC = new ImageSpec(1, 16, 16);
  private static final PixelMap MAP = new PixelMap(SPEC, new float[256], 1, null);

  private static Codes expecting(float[] image) {
    return new Codes(1, 1, 1, 256, new float[1], new float[1], image, new float[256]);
  }

  private static float[] stripes(float contrast) {
    float[] image = new float[256];
    for (int i = 0; i < image.length; i++) {
      image[i] = 0.5f + (i % 2 == 0 ? contrast : -contrast);
    }
    return image;
  }

  @Test
  void blurLosesDetailByTheSquareOfContrastAndAFlatSurfaceHasNone() {
    float[] sharp = stripes(0.4f);
    float[] flat = new float[256];
    Arrays.fill(flat, 0.5f);
    assertThat(FineDetail.share(MAP, sharp, expecting(sharp))).isCloseTo(1, within(1e-6));
    assertThat(FineDetail.share(MAP, sharp, expecting(stripes(0.2f))))
        .isCloseTo(0.25, within(1e-5));
    assertThat(FineDetail.share(MAP, sharp, expecting(flat))).isCloseTo(0, within(1e-9));
    assertThat(FineDetail.share(MAP, flat, expecting(flat))).isEqualTo(1);
  }

  @Test
  void theMeanImageIsNoLoss() {
    float[] mean = stripes(0.3f);
    PixelMap centred = new PixelMap(SPEC, mean, 2, null);
    assertThat(FineDetail.share(centred, new float[256], expecting(new float[256])))
        .isCloseTo(1, within(1e-6));
  }
}
