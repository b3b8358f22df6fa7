package io.latentry.load.service;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Changes of bytes: one, a bit, a cut, a repeat, or something odd put in. */
public final class Mutation {
  /** What tells readers of JSON, CSV, numbers, lengths and headers apart. */
  private static final List<String> ODD =
      List.of(
          "null",
          "-1",
          "1e999",
          "9223372036854775808",
          "NaN",
          "\"\\ud800\"",
          "[[[[[[[[[[[[[[[[[[",
          "{}",
          "{\"a\":",
          "true",
          ",",
          "\n",
          "\r\n\r\n",
          "\t",
          "\"",
          "\0",
          "\ufeff",
          "é☃",
          "'",
          "%00",
          "../",
          "\"binary_data_size\":4294967295",
          "Transfer-Encoding: chunked\r\n");

  private Mutation() {}

  /** {@code bytes} with one to four changes. */
  public static byte[] of(byte[] bytes, SplittableRandom random) {
    byte[] body = bytes;
    for (int changes = 1 + random.nextInt(4); changes > 0 && body.length > 0; changes--) {
      body = changed(body, random);
    }
    return body;
  }

  private static byte[] changed(byte[] body, SplittableRandom random) {
    int at = random.nextInt(body.length);
    byte[] copy = body.clone();
    return switch (random.nextInt(6)) {
      case 0 -> {
        copy[at] = (byte) random.nextInt(256);
        yield copy;
      }
      case 1 -> {
        copy[at] ^= (byte) (1 << random.nextInt(8));
        yield copy;
      }
      case 2 -> joined(body, at, new byte[0], Math.min(body.length, at + random.nextInt(12)));
      case 3 -> {
        int end = Math.min(body.length, at + random.nextInt(60));
        yield joined(body, at, Arrays.copyOfRange(body, at, end), at);
      }
      case 4 ->
          random.nextInt(8) == 0
              ? Arrays.copyOf(body, at)
              : joined(body, at, new byte[] {(byte) random.nextInt(256)}, at);
      default ->
          joined(
              body, at, ODD.get(random.nextInt(ODD.size())).getBytes(StandardCharsets.UTF_8), at);
    };
  }

  /** The first {@code until} bytes, {@code middle}, and the bytes from {@code from} on. */
  static byte[] joined(byte[] body, int until, byte[] middle, int from) {
    byte[] joined = new byte[until + middle.length + body.length - from];
    System.arraycopy(body, 0, joined, 0, until);
    System.arraycopy(middle, 0, joined, until, middle.length);
    System.arraycopy(body, from, joined, until + middle.length, body.length - from);
    return joined;
  }
}
