package io.latentry.server.monitoring;

import io.latentry.server.registry.Recorded;
import io.latentry.server.registry.RegistryException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Keeps the counts of {@link SlaWatch} in the store, so that a restart forgets none but those of
 * the last moments before a kill.
 */
public final class SlaKeeper implements AutoCloseable {
  private final SlaWatch sla;
  private final Recorded store;
  private final Duration every;
  private final Consumer<String> warn;
  private final Thread keeping = new Thread(this::keepForever, "latentry-sla");
  private volatile boolean closed;
  private boolean isWarned;

  /**
   * @param every between two times that they are written
   * @param warn hears when they cannot be
   */
  public SlaKeeper(SlaWatch sla, Recorded store, Duration every, Consumer<String> warn) {
    this.sla = sla;
    this.store = store;
    this.every = every;
    this.warn = warn;
    keeping.setDaemon(true);
  }

  /** Goes on from what was kept, and keeps from now on; nothing where nothing is agreed. */
  public void start() {
    if (sla.isOn()) {
      sla.restore(store.sla());
      keeping.start();
    }
  }

  private void keepForever() {
    while (!closed) {
      try {
        Thread.sleep(every.toMillis());
        keep();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private synchronized void keep() {
    try {
      store.putSla(sla.counts());
      isWarned = false;
    } catch (RegistryException e) {
      if (!isWarned) {
        warn.accept("sla: counts cannot be written: " + e.getMessage());
      }
      isWarned = true;
    }
  }

  /** Writes them once more. */
  @Override
  public void close() {
    closed = true;
    keeping.interrupt();
    if (sla.isOn()) {
      keep();
    }
  }
}
