package io.latentry.ingest.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How an image is to be turned to stand upright, as cameras note it (EXIF tag 274), in a JPEG's
 * APP1 segment, a PNG's {@code eXIf} and a WebP's {@code EXIF} chunk, or a TIFF's first directory.
 *
 * @see <a href="https://www.cipa.jp/std/documents/e/DC-X008-Translation-2019-E.pdf">Exif 2.32,
 *     section 4.6.4</a>
 */
enum Orientation {
  UPRIGHT,
  MIRRORED,
  TURNED_AROUND,
  UPSIDE_DOWN,
  TRANSPOSED,
  /** The stored top is the right side. */
  TURN_RIGHT,
  ANTITRANSPOSED,
  /** The stored top is the left side. */
  TURN_LEFT;

  private static final int TAG = 274;

  /** As the file says; upright where it says nothing that can be read. */
  static Orientation of(ImageFormat format, byte[] file) {
    try {
      ByteBuffer whole = ByteBuffer.wrap(file);
      return switch (format) {
        case JPEG -> ofJpeg(file, whole);
        case PNG -> ofChunks(file, 8, ByteOrder.BIG_ENDIAN, "eXIf", 4, 8);
        case WEBP -> ofChunks(file, 12, ByteOrder.LITTLE_ENDIAN, "EXIF", 0, 8);
        case TIFF -> ofDirectory(whole);
        case BMP, GIF -> UPRIGHT;
      };
    } catch (IndexOutOfBoundsException cutShort) {
      return UPRIGHT;
    }
  }

  private static Orientation ofJpeg(byte[] bytes, ByteBuffer file) {
    int at = 2;
    while (at + 4 <= file.limit() && (file.get(at) & 0xff) == 0xff) {
      int marker = file.get(at + 1) & 0xff;
      if (marker == 0xff) {
        at++;
        continue;
      }
      if (marker == 0xda || marker == 0xd9) {
        return UPRIGHT;
      }
      int length = file.getShort(at + 2) & 0xffff;
      if (marker == 0xe1 && ImageFormat.begins(bytes, at + 4, "Exif\0\0")) {
        return ofDirectory(file.slice(at + 10, Math.max(0, length - 8)));
      }
      at += 2 + length;
    }
    return UPRIGHT;
  }

  /** A chunk is a name and a length, in either order, then {@code length} bytes, then the rest. */
  private static Orientation ofChunks(
      byte[] bytes, int from, ByteOrder order, String name, int nameAt, int dataAt) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(order);
    int trailer = order == ByteOrder.BIG_ENDIAN ? 4 : 0;
    long at = from;
    while (at + dataAt <= file.limit()) {
      int here = (int) at;
      long length = file.getInt(here + 4 - nameAt) & 0xffffffffL;
      if (ImageFormat.begins(bytes, here + nameAt, name)) {
        int start = ImageFormat.begins(bytes, here + dataAt, "Exif\0\0") ? 6 : 0;
        return ofDirectory(file.slice(here + dataAt + start, Math.toIntExact(length) - start));
      }
      // Chunks of a WebP are padded to an even length.
      at += dataAt + length + trailer + (trailer == 0 ? length % 2 : 0);
    }
    return UPRIGHT;
  }

  /** The first directory of a TIFF. */
  private static Orientation ofDirectory(ByteBuffer tiff) {
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int at = tiff.getInt(4);
    int entries = tiff.getShort(at) & 0xffff;
    for (int i = 0; i < entries; i++) {
      int entry = at + 2 + 12 * i;
      if ((tiff.getShort(entry) & 0xffff) == TAG) {
        int value = tiff.getShort(entry + 8) & 0xffff;
        return value >= 1 && value <= values().length ? values()[value - 1] : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  /** Whether what was stored as a row is a column. */
  boolean isSideways() {
    return switch (this) {
      case UPRIGHT, MIRRORED, TURNED_AROUND, UPSIDE_DOWN -> false;
      case TRANSPOSED, TURN_RIGHT, ANTITRANSPOSED, TURN_LEFT -> true;
    };
  }

  /**
   * A plane turned upright.
   *
   * @param plane {@code byte[height * width]} as stored, or, of one that is sideways, {@code
   *     byte[width * height]}
   * @param height of the upright plane
   * @param width likewise
   * @return {@code byte[height * width]}
   */
  byte[] upright(byte[] plane, int height, int width) {
    if (this == UPRIGHT) {
      return plane;
    }
    byte[] turned = new byte[plane.length];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int right = width - 1 - column;
        int below = height - 1 - row;
        turned[row * width + column] =
            switch (this) {
              case UPRIGHT -> plane[row * width + column];
              case MIRRORED -> plane[row * width + right];
              case TURNED_AROUND -> plane[below * width + right];
              case UPSIDE_DOWN -> plane[below * width + column];
              case TRANSPOSED -> plane[column * height + row];
              case TURN_RIGHT -> plane[right * height + row];
              case ANTITRANSPOSED -> plane[right * height + below];
              case TURN_LEFT -> plane[column * height + below];
            };
      }
    }
    return turned;
  }
}
