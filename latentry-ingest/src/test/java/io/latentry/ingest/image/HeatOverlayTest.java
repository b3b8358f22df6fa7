package io.latentry.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.ingest.image.HeatOverlay.HeatMap;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class HeatOverlayTest {
  private static final int SIDE = 32;
  private static final HeatOverlay OVERLAY = new HeatOverlay(1, 2);

  @Test
  void belowTheLevelTheImageStaysAsItIs() {
    BufferedImage picture = OVERLAY.drawn(grey(), SIDE, SIDE, map(1));

    for (int i = 0; i < SIDE * SIDE; i++) {
      assertThat(picture.getRGB(i % SIDE, i / SIDE) & 0xffffff).isEqualTo(0x646464);
    }
  }

  @Test
  void aHotPlaceIsColouredAndFramed() {
    HeatMap map = map(0);
    Arrays.fill(map.heat(), 0);
    map.heat()[3 * 8 + 2] = 9;

    BufferedImage picture = OVERLAY.drawn(grey(), SIDE, SIDE, map);

    // The place is 4 x 4 pixels from (8, 12) on; hottest in its middle.
    int hottest = picture.getRGB(9, 13) & 0xffffff;
    assertThat(hottest >> 16).isGreaterThan(200);
    assertThat(picture.getRGB(7, 11) & 0xffffff).isEqualTo(0xffffff);
    assertThat(picture.getRGB(12, 16) & 0xffffff).isEqualTo(0xffffff);
    assertThat(picture.getRGB(6, 10) & 0xffffff).isZero();
    assertThat(picture.getRGB(25, 25) & 0xffffff).isEqualTo(0x646464);
  }

  @Test
  void coloursGetLighterWithHeatSoThatTheyNeedNoColourSight() {
    double before = -1;
    for (int i = 0; i <= 100; i++) {
      int colour = HeatColours.of(i / 100.0);
      double light =
          0.2126 * (colour >> 16) + 0.7152 * (colour >> 8 & 0xff) + 0.0722 * (colour & 0xff);
      assertThat(light).isGreaterThan(before);
      before = light;
    }
  }

  @Test
  void thePictureHasTheSizeOfTheFileUnlessThatIsVeryLarge() throws IOException {
    assertThat(width(100, 50)).isEqualTo(100);
    assertThat(width(3000, 50)).isEqualTo(1024);
  }

  private static int width(int width, int height) throws IOException {
    byte[] file =
        ImageDecoderTest.written(
            new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY), "png");
    byte[] png = OVERLAY.png(file, ImageDecoder.decode(file, 1, 8, 8), map(3));
    return ImageIO.read(new ByteArrayInputStream(png)).getWidth();
  }

  private static byte[] grey() {
    byte[] grey = new byte[SIDE * SIDE];
    Arrays.fill(grey, (byte) 100);
    return grey;
  }

  private static HeatMap map(float heat) {
    float[] all = new float[64];
    Arrays.fill(all, heat);
    return new HeatMap(all, 8, 8);
  }
}
