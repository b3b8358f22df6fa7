package io.latentry.server.series;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The states of one version of a model, oldest use first. Whoever calls holds {@link #lock}, but
 * for {@link #takeTurn} and {@link #end}.
 */
final class KeyStates {
  /** Of a map entry, its key's and its state's headers: what a key costs beside its bytes. */
  private static final int BYTES_BESIDE = 150;

  /**
   * @param bytes of {@link io.latentry.core.series.SeriesState#toBytes}
   * @param seen when it was last changed, in milliseconds since 1970
   */
  record Kept(byte[] bytes, long seen) {}

  /**
   * The place of a request in the line of each of its keys: points of a key are judged in the order
   * in which their requests came, and requests without a key in common at one time.
   *
   * @param comes when all before it about any of these keys are over
   */
  record Turn(Set<String> keys, CompletableFuture<Void> comes, CompletableFuture<Void> over) {}

  final ReentrantLock lock = new ReentrantLock();

  private final LinkedHashMap<String, Kept> byKey = new LinkedHashMap<>();

  /** By key the end of the last request about it that is not over. */
  private final Map<String, CompletableFuture<Void>> ends = new HashMap<>();

  private long bytes;
  private boolean changed;

  Turn takeTurn(Set<String> keys) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    Set<CompletableFuture<Void>> before = new HashSet<>();
    lock.lock();
    try {
      for (String key : keys) {
        CompletableFuture<Void> end = ends.put(key, over);
        if (end != null) {
          before.add(end);
        }
      }
    } finally {
      lock.unlock();
    }
    return new Turn(
        keys, CompletableFuture.allOf(before.toArray(CompletableFuture<?>[]::new)), over);
  }

  /** A turn that is given up before it comes is over when it would have come, not earlier. */
  void end(Turn turn) {
    var unused =
        turn.comes()
            .thenRun(
                () -> {
                  lock.lock();
                  try {
                    turn.keys().forEach(key -> ends.remove(key, turn.over()));
                  } finally {
                    lock.unlock();
                  }
                  turn.over().complete(null);
                });
  }

  byte @Nullable [] get(String key) {
    Kept kept = byKey.get(key);
    return kept == null ? null : kept.bytes();
  }

  /** What is kept of a key; null if nothing is. */
  @Nullable Kept kept(String key) {
    return byKey.get(key);
  }

  void remove(String key) {
    Kept before = byKey.remove(key);
    if (before != null) {
      bytes -= size(key, before);
      changed = true;
    }
  }

  int count() {
    return byKey.size();
  }

  /**
   * Keys in the order of their text, in memory that does not grow with all there are.
   *
   * @param after the last key before them; empty from the first on
   */
  List<String> keys(Optional<String> after, int most) {
    PriorityQueue<String> first = new PriorityQueue<>(Comparator.reverseOrder());
    for (String key : byKey.keySet()) {
      if (after.isEmpty() || key.compareTo(after.get()) > 0) {
        first.add(key);
        if (first.size() > most) {
          String unused = first.remove();
        }
      }
    }
    return first.stream().sorted().toList();
  }

  void put(String key, Kept kept) {
    Kept before = byKey.remove(key);
    if (before != null) {
      bytes -= size(key, before);
    }
    byKey.put(key, kept);
    bytes += size(key, kept);
    changed = true;
  }

  /** Forgets the keys that were seen the longest ago, until the rest keeps to the limits. */
  void evict(SeriesMemory.Limits limits, long now) {
    Iterator<Map.Entry<String, Kept>> oldest = byKey.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<String, Kept> entry = oldest.next();
      boolean fits = byKey.size() <= limits.keys() && bytes <= limits.bytes();
      if (fits && now - entry.getValue().seen() <= limits.age().toMillis()) {
        return;
      }
      bytes -= size(entry.getKey(), entry.getValue());
      oldest.remove();
      changed = true;
    }
  }

  /** Whether anything changed since this was asked before. */
  boolean takeChanged() {
    boolean was = changed;
    changed = false;
    return was;
  }

  void markChanged() {
    changed = true;
  }

  /** A copy, oldest first. */
  Map<String, Kept> all() {
    return new LinkedHashMap<>(byKey);
  }

  private static long size(String key, Kept kept) {
    return BYTES_BESIDE + 2L * key.length() + kept.bytes().length;
  }
}
