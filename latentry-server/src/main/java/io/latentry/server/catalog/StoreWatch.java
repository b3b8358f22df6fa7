package io.latentry.server.catalog;

import io.latentry.server.registry.RegistryException;
import io.latentry.server.registry.StoreLock;
import io.latentry.server.serving.ServingListener;

/**
 * Takes the database again when the connection that held it was lost. Until then, and for good if
 * another service took it meanwhile, the models answer as they are and every change is refused.
 * Used by the thread of {@link ModelKeeper}.
 */
final class StoreWatch {
  private final OpenStore store;
  private final ServingListener listener;
  private String warning = "";

  StoreWatch(OpenStore store, ServingListener listener) {
    this.store = store;
    this.listener = listener;
  }

  void look() {
    StoreLock lock = store.lock();
    if (lock.isHeld()) {
      return;
    }
    try {
      lock.retake();
      store.registry().requireTurn();
      warning = "";
    } catch (RegistryException e) {
      // Whoever took the store over may restart and must find it free.
      lock.close();
      String message = String.valueOf(e.getMessage());
      if (!message.equals(warning)) {
        warning = message;
        listener.warned(message);
      }
    }
  }
}
