package io.latentry.server.serving;

import io.latentry.server.registry.RegistryException;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * What callers are told when the store cannot be used: which status, and nothing of where it is.
 */
public final class StoreFault {
  private StoreFault() {}

  /** The same, where what a database or a disk says is warned of, with where it was met. */
  public static RefusedException refusal(RegistryException failure, Logger log) {
    return refusal(failure, why -> log.warn("store failed: {}", why, failure));
  }

  /**
   * {@link Refusal#NO_ROOM} where its disk is full, otherwise {@link Refusal#NOT_READY}.
   *
   * @param log what a database or a disk says: it names addresses and folders, which callers need
   *     not know
   */
  public static RefusedException refusal(RegistryException failure, Consumer<String> log) {
    if (FullDisk.isCauseOf(failure)) {
      return noRoom(failure);
    }
    String message = String.valueOf(failure.getMessage());
    if (failure.getCause() != null) {
      log.accept(message);
      message =
          "store: cannot be used at present (expected: one that answers), so it is not known to have"
              + " been done; ask again later: the service's log says why";
    }
    return new RefusedException(Refusal.NOT_READY, message, failure);
  }

  /** For what found the disk of the store full. */
  public static RefusedException noRoom(Exception cause) {
    return new RefusedException(
        Refusal.NO_ROOM,
        "store: no room left on its disk (expected: some for what is to be kept); nothing was"
            + " changed: free some, and ask again",
        cause);
  }
}
