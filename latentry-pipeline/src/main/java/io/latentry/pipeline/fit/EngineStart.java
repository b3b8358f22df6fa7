package io.latentry.pipeline.fit;

import io.latentry.scoring.Scorer;
import io.latentry.training.engine.Engine;

/**
 * Both engines, which are loaded beside the reading of the data: either takes some tenths of a
 * second, and reading has a core of its own. Closing waits, since a process must not end while a
 * library begins.
 */
final class EngineStart implements AutoCloseable {
  private final Thread loading = new Thread(EngineStart::load, "engines");

  EngineStart() {
    loading.setDaemon(true);
    loading.start();
  }

  private static void load() {
    try {
      Engine.load();
      String unused = Scorer.engineVersion();
    } catch (LinkageError | IllegalStateException unable) {
      // Whoever needs the engine is told, in its own words.
    }
  }

  @Override
  public void close() {
    boolean interrupted = false;
    while (loading.isAlive()) {
      try {
        loading.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
