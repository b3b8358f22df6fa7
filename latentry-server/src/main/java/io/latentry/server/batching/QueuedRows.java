package io.latentry.server.batching;

/** How many rows wait for a version. Guarded by the lock of {@link Workers}. */
final class QueuedRows {
  private final int most;
  private int count;

  QueuedRows(int most) {
    this.most = most;
  }

  boolean hasRoomFor(int rows) {
    return count + rows <= most;
  }

  void add(int rows) {
    count += rows;
  }

  int count() {
    return count;
  }
}
