package io.latentry.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.ingest.image.ImageDecoder.Decoded;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final int SIDE = 16;

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif", "tif"})
  void aLosslessFormatGivesTheVeryPixels(String format) throws IOException {
    Decoded decoded = ImageDecoder.decode(written(fewColours(), format), 3, SIDE, SIDE);

    assertThat(decoded.fault()).isNull();
    assertThat(decoded.pixels()).isEqualTo(planes(fewColours()));
    assertThat(decoded.originalWidth()).isEqualTo(SIDE);
  }

  @Test
  void aJpegIsCloseToWhatWasWritten() throws IOException {
    Decoded decoded = ImageDecoder.decode(written(ramp(), "jpg"), 3, SIDE, SIDE);

    byte[] expected = planes(ramp());
    for (int i = 0; i < expected.length; i++) {
      // A smooth picture at the writer's quality of 0.75.
      assertThat(decoded.pixels()[i] & 0xff).isCloseTo(expected[i] & 0xff, within(12));
    }
  }

  /** Two red pixels, lossless and not, as another program wrote them. */
  @ParameterizedTest
  @CsvSource({
    "UklGRhwAAABXRUJQVlA4TA8AAAAvAQAAAAcQ/Y/+ByKi/wEA, 0",
    "UklGRjwAAABXRUJQVlA4IDAAAADQAQCdASoCAAEAAUAmJaACdLoB+AADsAD+8ut//NgVzXPv9//S4P0uD9Lg/9KQAAA=,"
        + " 3"
  })
  void aWebPIsDecoded(String base64, int loss) {
    byte[] red = Base64.getDecoder().decode(base64);

    Decoded decoded = ImageDecoder.decode(red, 3, SIDE, SIDE);

    assertThat(decoded.fault()).isNull();
    assertThat(decoded.originalWidth()).isEqualTo(2);
    assertThat(ImageDecoder.header(red).format()).isEqualTo("webp");
    assertThat(at(decoded, 0)).isCloseTo(255, within(loss));
    assertThat(at(decoded, SIDE * SIDE)).isCloseTo(0, within(loss));
    assertThat(at(decoded, 2 * SIDE * SIDE)).isCloseTo(0, within(loss));
  }

  @Test
  void greyStaysAsItIsStoredAndIsToldByTheHeader() throws IOException {
    BufferedImage grey = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setPixels(0, 0, SIDE, SIDE, counted(256));
    byte[] file = written(grey, "png");

    assertThat(ImageDecoder.header(file))
        .isEqualTo(new ImageDecoder.Header("png", SIDE, SIDE, 1, 8, null));
    assertThat(unsigned(ImageDecoder.decode(file, 1, SIDE, SIDE).pixels())).isEqualTo(counted(256));
    assertThat(unsigned(Arrays.copyOf(ImageDecoder.decode(file, 3, SIDE, SIDE).pixels(), 256)))
        .isEqualTo(counted(256));
  }

  @Test
  void ofSixteenBitsTheUpperEightCount() throws IOException {
    BufferedImage deep = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster()
        .setPixels(0, 0, SIDE, SIDE, Arrays.stream(counted(256)).map(v -> v * 256 + 200).toArray());
    byte[] file = written(deep, "png");

    assertThat(ImageDecoder.header(file).bits()).isEqualTo(16);
    assertThat(unsigned(ImageDecoder.decode(file, 1, SIDE, SIDE).pixels())).isEqualTo(counted(256));
  }

  @Test
  void ofOneBitTheTwoValuesAreBlackAndWhite() throws IOException {
    BufferedImage bits = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_BINARY);
    bits.setRGB(3, 2, 0xffffffff);

    int[] pixels = unsigned(ImageDecoder.decode(written(bits, "png"), 1, SIDE, SIDE).pixels());

    assertThat(pixels[2 * SIDE + 3]).isEqualTo(255);
    assertThat(Arrays.stream(pixels).sum()).isEqualTo(255);
  }

  @Test
  void whatLetsThroughLiesOverWhite() throws IOException {
    BufferedImage clear = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB);
    clear.setRGB(0, 0, 0xff0000ff);
    clear.setRGB(1, 0, 0x80000000);

    Decoded decoded = ImageDecoder.decode(written(clear, "png"), 3, SIDE, SIDE);

    assertThat(at(decoded, 0)).isZero();
    assertThat(at(decoded, 2 * SIDE * SIDE)).isEqualTo(255);
    assertThat(at(decoded, 1)).isEqualTo(127);
    assertThat(at(decoded, 2)).isEqualTo(255);
  }

  @Test
  void aPaletteGivesItsColours() throws IOException {
    byte[] reds = {0, (byte) 200};
    byte[] others = {0, 10};
    BufferedImage image =
        new BufferedImage(
            SIDE,
            SIDE,
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, 2, reds, others, others));
    image.getRaster().setSample(5, 0, 0, 1);
    byte[] file = written(image, "png");

    Decoded decoded = ImageDecoder.decode(file, 3, SIDE, SIDE);

    assertThat(at(decoded, 5)).isEqualTo(200);
    assertThat(at(decoded, SIDE * SIDE + 5)).isEqualTo(10);
    assertThat(ImageDecoder.header(file).channels()).isEqualTo(3);
  }

  @Test
  void coloursBecomeGreyByTheirBrightness() throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0xff0000);
    image.setRGB(1, 0, 0x00ff00);
    image.setRGB(2, 0, 0x0000ff);

    Decoded decoded = ImageDecoder.decode(written(image, "png"), 1, SIDE, SIDE);

    // 0.299, 0.587 and 0.114 of 255.
    assertThat(new int[] {at(decoded, 0), at(decoded, 1), at(decoded, 2)})
        .containsExactly(76, 150, 29);
  }

  @Test
  void aCmykJpegIsDecodedIntoColours() {
    // 8 x 8 pixels of magenta and yellow ink, as another program wrote them.
    byte[] file =
        Base64.getDecoder()
            .decode(
                "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4L"
                    + "CxAWEBETFBUVFQwPFxgWFBgSFBUU/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAA"
                    + "AAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEV"
                    + "UtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SF"
                    + "hoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz"
                    + "9PX29/j5+v/aAA4EQwBNAFkASwAAPwD9U6/Kqvyqr9U6/9k=");

    Decoded decoded = ImageDecoder.decode(file, 3, SIDE, SIDE);

    assertThat(decoded.fault()).isNull();
    // Magenta and yellow ink make red, whatever the profile.
    assertThat(at(decoded, 0)).isGreaterThan(180);
    assertThat(at(decoded, SIDE * SIDE)).isLessThan(80);
    assertThat(at(decoded, 2 * SIDE * SIDE)).isLessThan(80);
  }

  /** Marked pixels of a stored 16 x 32 image, at (3, 1), after each turn. */
  @ParameterizedTest
  @CsvSource({
    "1, 16, 32, 3, 1",
    "2, 16, 32, 12, 1",
    "3, 16, 32, 12, 30",
    "4, 16, 32, 3, 30",
    "5, 32, 16, 1, 3",
    "6, 32, 16, 30, 3",
    "7, 32, 16, 30, 12",
    "8, 32, 16, 1, 12"
  })
  void anImageIsTurnedUprightAsItSaysOfItself(
      int orientation, int width, int height, int markX, int markY) throws IOException {
    BufferedImage stored = new BufferedImage(16, 32, BufferedImage.TYPE_BYTE_GRAY);
    stored.getRaster().setSample(3, 1, 0, 255);
    byte[] file = withChunk(written(stored, "png"), "eXIf", exif(orientation));

    Decoded decoded = ImageDecoder.decode(file, 1, height, width);

    assertThat(decoded.originalWidth()).isEqualTo(width);
    assertThat(ImageDecoder.header(file).height()).isEqualTo(height);
    assertThat(at(decoded, markY * width + markX)).isEqualTo(255);
  }

  @Test
  void aJpegIsTurnedToo() throws IOException {
    BufferedImage stored = new BufferedImage(32, 16, BufferedImage.TYPE_BYTE_GRAY);
    byte[] plain = written(stored, "jpg");
    byte[] exif = exif(6);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(file);
    out.write(plain, 0, 2);
    out.writeShort(0xffe1);
    out.writeShort(2 + 6 + exif.length);
    out.writeBytes("Exif\0\0");
    out.write(exif);
    out.write(plain, 2, plain.length - 2);

    Decoded decoded = ImageDecoder.decode(file.toByteArray(), 1, 32, 16);

    assertThat(decoded.originalWidth()).isEqualTo(16);
    assertThat(decoded.originalHeight()).isEqualTo(32);
  }

  @Test
  void shrinkingGivesTheMeanOverTheAreaRoundedHalfUp() throws IOException {
    BufferedImage image = new BufferedImage(2 * SIDE, 3 * SIDE, BufferedImage.TYPE_BYTE_GRAY);
    // Six pixels make one: 1 + 2 + 0 * 4 = 3, a half.
    image.getRaster().setSample(0, 0, 0, 1);
    image.getRaster().setSample(1, 2, 0, 2);

    int[] pixels = unsigned(ImageDecoder.decode(written(image, "png"), 1, SIDE, SIDE).pixels());

    assertThat(pixels[0]).isEqualTo(1);
    assertThat(Arrays.stream(pixels).sum()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"png, 0.05", "png, 0.9", "jpg, 0.6", "jpg, 0.95", "bmp, 0.5", "gif, 0.7", "tif, 0.5"})
  void aFileThatEndsTooSoonIsTruncated(String format, double kept) throws IOException {
    byte[] whole = written(noise(BufferedImage.TYPE_INT_RGB), format);

    Decoded decoded =
        ImageDecoder.decode(Arrays.copyOf(whole, (int) (kept * whole.length)), 3, SIDE, SIDE);

    assertThat(decoded.fault()).startsWith("truncated: ");
  }

  @Test
  void aTextThatIsCalledAnImageIsNone() {
    byte[] text = "hello, this is no picture".getBytes(StandardCharsets.UTF_8);

    assertThat(ImageDecoder.decode(text, 3, SIDE, SIDE).fault())
        .isEqualTo(
            "not an image: begins with 'hello, t' (expected: PNG, JPEG, BMP, GIF, TIFF or WebP)");
    assertThat(ImageDecoder.header(text).fault()).startsWith("not an image");
    assertThat(ImageDecoder.decode(new byte[0], 3, SIDE, SIDE).fault())
        .isEqualTo("not an image: an empty file");
  }

  @Test
  void aBombIsRefusedByItsHead() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(file);
    out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(head);
    fields.writeInt(12_000);
    fields.writeInt(9_000);
    fields.write(new byte[] {8, 2, 0, 0, 0});
    chunk(out, "IHDR", head.toByteArray());
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
      deflater.write(new byte[1 << 20]);
    }
    chunk(out, "IDAT", packed.toByteArray());
    chunk(out, "IEND", new byte[0]);

    assertThat(ImageDecoder.decode(file.toByteArray(), 3, SIDE, SIDE).fault())
        .isEqualTo("12,000 x 9,000 pixels (expected: at most 100 megapixels)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "bmp", "gif", "tif"})
  void noDamageThrows(String format) throws IOException {
    byte[] whole = written(noise(BufferedImage.TYPE_INT_RGB), format);
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      for (int j = 0; j < 4; j++) {
        // Heads above all: there the sizes stand.
        int reach = j < 2 ? Math.min(64, damaged.length) : damaged.length;
        damaged[random.nextInt(reach)] = (byte) random.nextInt();
      }

      Decoded decoded = ImageDecoder.decode(damaged, 3, SIDE, SIDE);

      assertThat(decoded.fault() == null).isEqualTo(decoded.pixels().length > 0);
    }
  }

  private static int at(Decoded decoded, int index) {
    return decoded.pixels()[index] & 0xff;
  }

  private static int[] counted(int count) {
    int[] values = new int[count];
    Arrays.setAll(values, i -> i);
    return values;
  }

  private static int[] unsigned(byte[] values) {
    int[] unsigned = new int[values.length];
    Arrays.setAll(unsigned, i -> values[i] & 0xff);
    return unsigned;
  }

  /** Few enough for a GIF. */
  private static BufferedImage fewColours() {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    int[] colours = {0x102030, 0xffffff, 0x00ff7f, 0xc00001};
    Random random = new Random(2);
    for (int i = 0; i < SIDE * SIDE; i++) {
      image.setRGB(i % SIDE, i / SIDE, colours[random.nextInt(colours.length)]);
    }
    return image;
  }

  private static BufferedImage noise(int type) {
    BufferedImage image = new BufferedImage(64, 48, type);
    Random random = new Random(1);
    for (int i = 0; i < 64 * 48; i++) {
      image.setRGB(i % 64, i / 64, random.nextInt(1 << 24));
    }
    return image;
  }

  private static BufferedImage ramp() {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < SIDE * SIDE; i++) {
      image.setRGB(i % SIDE, i / SIDE, (i % SIDE) * 0x080000 + (i / SIDE) * 0x000800 + 0x40);
    }
    return image;
  }

  private static byte[] planes(BufferedImage image) {
    byte[] planes = new byte[3 * SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++) {
      int rgb = image.getRGB(i % SIDE, i / SIDE);
      planes[i] = (byte) (rgb >> 16);
      planes[SIDE * SIDE + i] = (byte) (rgb >> 8);
      planes[2 * SIDE * SIDE + i] = (byte) rgb;
    }
    return planes;
  }

  static byte[] written(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, file)).isTrue();
    return file.toByteArray();
  }

  /** A TIFF directory of one entry. */
  private static byte[] exif(int orientation) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeBytes("MM");
    out.writeShort(42);
    out.writeInt(8);
    out.writeShort(1);
    out.writeShort(274);
    out.writeShort(3);
    out.writeInt(1);
    out.writeShort(orientation);
    out.writeShort(0);
    out.writeInt(0);
    return bytes.toByteArray();
  }

  /** A PNG with one more chunk behind its head. */
  private static byte[] withChunk(byte[] png, String name, byte[] data) throws IOException {
    int afterHead = 8 + 12 + 13;
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(file);
    out.write(png, 0, afterHead);
    chunk(out, name, data);
    out.write(png, afterHead, png.length - afterHead);
    return file.toByteArray();
  }

  private static void chunk(DataOutputStream out, String name, byte[] data) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(name.getBytes(StandardCharsets.US_ASCII));
    sum.update(data);
    out.writeInt(data.length);
    out.writeBytes(name);
    out.write(data);
    out.writeInt((int) sum.getValue());
  }
}
