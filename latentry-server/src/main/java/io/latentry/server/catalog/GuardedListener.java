package io.latentry.server.catalog;

import io.latentry.server.serving.ServingListener;

/** Keeps what a listener throws away from the requests that it hears of. */
final class GuardedListener implements ServingListener {
  private final ServingListener listener;

  GuardedListener(ServingListener listener) {
    this.listener = listener;
  }

  @Override
  public void ran(String model, int version, int rows, int requests, double seconds) {
    tell(() -> listener.ran(model, version, rows, requests, seconds));
  }

  @Override
  public void loaded(String model, int version, double seconds) {
    tell(() -> listener.loaded(model, version, seconds));
  }

  @Override
  public void failed(String model, int version, String reason) {
    tell(() -> listener.failed(model, version, reason));
  }

  @Override
  public void unloaded(String model, int version) {
    tell(() -> listener.unloaded(model, version));
  }

  @Override
  public void warned(String message) {
    tell(() -> listener.warned(message));
  }

  static void tell(Runnable news) {
    try {
      news.run();
    } catch (RuntimeException dropped) {
      // Serving does not depend on whether anybody counts it.
    }
  }
}
