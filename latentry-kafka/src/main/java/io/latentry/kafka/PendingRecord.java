package io.latentry.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A record that waits for its verdict, with all that the verdict tells of it.
 *
 * @param topic it came from, with {@code partition} and {@code offset}
 * @param timestamp of the record, milliseconds since 1970
 * @param key of the record; null if it is too long by itself
 * @param value of the record, or its beginning if it is longer than what is kept
 * @param length of the whole value in bytes; -1 of a record without one
 */
record PendingRecord(
    String topic,
    int partition,
    long offset,
    long timestamp,
    byte @Nullable [] key,
    byte[] value,
    int length) {
  private static final byte VERSION = 1;
  private static final int NONE = -1;

  /**
   * Keeps at most {@code most} bytes of key and value: of a value that is too long its beginning,
   * and of a key that is too long by itself nothing, since a part of it would be another key.
   *
   * @param value null of a record without one
   */
  static PendingRecord of(
      String topic,
      int partition,
      long offset,
      long timestamp,
      byte @Nullable [] key,
      byte @Nullable [] value,
      int most) {
    if (key != null && key.length > most) {
      // It counts as cut, whatever its value.
      int length = value == null ? NONE : Math.max(value.length, 1);
      return new PendingRecord(topic, partition, offset, timestamp, null, new byte[0], length);
    }
    int room = key == null ? most : most - key.length;
    byte[] kept =
        value == null ? new byte[0] : value.length <= room ? value : Arrays.copyOf(value, room);
    return new PendingRecord(
        topic, partition, offset, timestamp, key, kept, value == null ? NONE : value.length);
  }

  boolean hasValue() {
    return length != NONE;
  }

  /** Whether the value was longer than what is kept. */
  boolean isCut() {
    return length > value.length;
  }

  byte[] toBytes() {
    byte[] name = topic.getBytes(StandardCharsets.UTF_8);
    int keyLength = key == null ? 0 : key.length;
    ByteBuffer bytes =
        ByteBuffer.allocate(1 + 3 * 4 + 2 * 8 + 4 + name.length + keyLength + value.length);
    bytes.put(VERSION).putInt(name.length).put(name).putInt(partition);
    bytes.putLong(offset).putLong(timestamp);
    bytes.putInt(key == null ? NONE : keyLength);
    if (key != null) {
      bytes.put(key);
    }
    return bytes.putInt(length).put(value).array();
  }

  static PendingRecord of(byte[] stored) {
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    byte version = bytes.get();
    if (version != VERSION) {
      throw new IllegalStateException(
          "pending record: version "
              + version
              + " (expected: "
              + VERSION
              + "); let the version that wrote it answer it, or reset the job");
    }
    String topic = new String(take(bytes, bytes.getInt()), StandardCharsets.UTF_8);
    int partition = bytes.getInt();
    long offset = bytes.getLong();
    long timestamp = bytes.getLong();
    int keyLength = bytes.getInt();
    byte @Nullable [] key = keyLength == NONE ? null : take(bytes, keyLength);
    int length = bytes.getInt();
    return new PendingRecord(
        topic, partition, offset, timestamp, key, take(bytes, bytes.remaining()), length);
  }

  private static byte[] take(ByteBuffer bytes, int length) {
    byte[] taken = new byte[length];
    bytes.get(taken);
    return taken;
  }
}
