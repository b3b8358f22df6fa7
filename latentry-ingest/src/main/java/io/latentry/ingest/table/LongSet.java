package io.latentry.ingest.table;

import java.io.Serializable;
import java.util.function.LongConsumer;

/** A set of hashes that stops growing at a limit. */
final class LongSet implements Serializable {
  private static final long serialVersionUID = 1;

  private final int limit;
  private long[] slots = new long[64];
  private int size;
  private boolean holdsZero;
  private boolean full;

  LongSet(int limit) {
    this.limit = limit;
  }

  /** Whether {@code value} was not there yet; always false once {@link #full}. */
  boolean add(long value) {
    if (full) {
      return false;
    }
    if (value == 0) {
      boolean isNew = !holdsZero;
      holdsZero = true;
      return isNew;
    }
    int slot = find(slots, value);
    if (slots[slot] == value) {
      return false;
    }
    if (size() >= limit) {
      full = true;
      return false;
    }
    slots[slot] = value;
    size++;
    if (2 * size > slots.length) {
      grow();
    }
    return true;
  }

  int size() {
    return size + (holdsZero ? 1 : 0);
  }

  /** Whether a value came that found no room. */
  boolean full() {
    return full;
  }

  /** Forgets the values, all but how many they were, and takes no more. */
  void close() {
    full = true;
    slots = new long[2];
  }

  /** Of those that were not forgotten. */
  void each(LongConsumer taker) {
    if (holdsZero) {
      taker.accept(0);
    }
    for (long value : slots) {
      if (value != 0) {
        taker.accept(value);
      }
    }
  }

  private static int find(long[] slots, long value) {
    int slot = (int) mix(value) & (slots.length - 1);
    while (slots[slot] != 0 && slots[slot] != value) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private void grow() {
    long[] larger = new long[2 * slots.length];
    for (long value : slots) {
      if (value != 0) {
        larger[find(larger, value)] = value;
      }
    }
    slots = larger;
  }

  /** The finaliser of MurmurHash3: every input bit reaches every output bit. */
  static long mix(long value) {
    long h = value;
    h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }
}
