package io.latentry.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The records of a task that wait for their verdicts, in the order in which they came. They stand
 * in a changelogged store as well as in memory: offsets of records that a processor has taken are
 * committed, answered or not, so that with a list in memory alone a kill would lose them.
 *
 * <p>The store has a slot for each place of a batch. A slot tells which batch it is of, and the
 * head which batch is open, so that a batch that is answered costs one write and not one a record;
 * what an older batch left in a slot counts for nothing.
 */
final class PendingRecords {
  /** Slots are counted from 0. */
  static final int HEAD = -1;

  private final KeyValueStore<Integer, byte[]> store;
  private final List<PendingRecord> records = new ArrayList<>();
  private long batch;

  private PendingRecords(KeyValueStore<Integer, byte[]> store) {
    this.store = store;
  }

  /** With what an earlier owner of the task left unanswered. */
  static PendingRecords restore(KeyValueStore<Integer, byte[]> store) {
    PendingRecords pending = new PendingRecords(store);
    byte[] head = store.get(HEAD);
    pending.batch = head == null ? 0 : ByteBuffer.wrap(head).getLong();
    while (true) {
      byte @Nullable [] slot = store.get(pending.records.size());
      if (slot == null || ByteBuffer.wrap(slot).getLong() != pending.batch) {
        return pending;
      }
      byte[] stored = new byte[slot.length - Long.BYTES];
      ByteBuffer unused = ByteBuffer.wrap(slot).get(Long.BYTES, stored);
      pending.records.add(PendingRecord.of(stored));
    }
  }

  void add(PendingRecord record) {
    byte[] stored = record.toBytes();
    store.put(
        records.size(),
        ByteBuffer.allocate(Long.BYTES + stored.length).putLong(batch).put(stored).array());
    records.add(record);
  }

  int count() {
    return records.size();
  }

  /** Oldest first. */
  List<PendingRecord> all() {
    return List.copyOf(records);
  }

  /** All of them are answered. */
  void clear() {
    batch++;
    store.put(HEAD, ByteBuffer.allocate(Long.BYTES).putLong(batch).array());
    records.clear();
  }
}
