package io.latentry.server.registry;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * The database of a registry, transaction by transaction. Thread-safe.
 *
 * <p>A service is the only writer of its store: {@link StoreLock} keeps others out, and where it
 * was lost and another came, a change by the one before is refused all the same, since whoever
 * opens the store to write takes the next turn.
 */
final class Store {
  private static final long NO_TURN = 0;

  private final Jdbi jdbi;
  private final StoreAddress address;
  private final long turn;

  private Store(Jdbi jdbi, StoreAddress address, long turn) {
    this.jdbi = jdbi;
    this.address = address;
    this.turn = turn;
  }

  /** Makes the tables if there are none. Nothing else is written before {@link #toWrite}. */
  static Store open(StoreAddress address) {
    return new Store(Database.open(address), address, NO_TURN);
  }

  Store toWrite() {
    long next =
        asked(
            handle -> {
              int unused = handle.execute("UPDATE store SET turn = turn + 1");
              return handle.createQuery("SELECT turn FROM store").mapTo(Long.class).one();
            });
    return new Store(jdbi, address, next);
  }

  /** As its folder has it, too. */
  String id() {
    return asked(handle -> handle.createQuery("SELECT id FROM store").mapTo(String.class).one());
  }

  /** A change that answers nothing. */
  void done(Consumer<Handle> work) {
    Object unused =
        changed(
            handle -> {
              work.accept(handle);
              return true;
            });
  }

  /**
   * A change.
   *
   * @throws RegistryException if somebody else has opened the store to write since
   */
  <V> V changed(Function<Handle, V> work) {
    return asked(
        handle -> {
          // Written, not only read, so that it and the next one's turn cannot pass each other.
          if (handle.execute("UPDATE store SET turn = turn WHERE turn = ?", turn) == 0) {
            throw new RegistryException(
                "store: "
                    + address
                    + ": another service has taken it over (expected: one service for a database);"
                    + " this one answers as before and changes nothing; stop one of them, and"
                    + " restart this one if it is to stay",
                null);
          }
          return work.apply(handle);
        });
  }

  <V> V asked(Function<Handle, V> work) {
    try {
      return jdbi.inTransaction(work::apply);
    } catch (JdbiException e) {
      throw new RegistryException("store: " + address + ": " + Database.words(e), e);
    }
  }
}
