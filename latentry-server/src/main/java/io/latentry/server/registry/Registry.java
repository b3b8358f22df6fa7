package io.latentry.server.registry;

import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Predicate;

/**
 * What a service remembers, in a database: a part for each thing that changes as a whole. Every
 * change is one transaction, its audit entry included. Thread-safe.
 *
 * <p>Every method, of its parts too, throws {@link RegistryException} if the database cannot be
 * used, or somebody else has opened it to write since.
 */
public final class Registry {
  private final Store store;
  private final Audit audit;
  private final Ledger ledger;
  private final Models models;
  private final Thresholds thresholds;
  private final Recorded recorded;
  private final Incidents incidents;
  private final Retrainings retrainings;
  private final Outbox outbox;
  private final MaintenanceWindows maintenance;

  private Registry(Store store, Clock clock) {
    this.store = store;
    this.audit = new Audit(store, clock);
    this.ledger = new Ledger(store, clock);
    this.models = new Models(store, audit, ledger, clock);
    this.thresholds = new Thresholds(store, audit, ledger);
    this.recorded = new Recorded(store);
    this.incidents = new Incidents(store, audit);
    this.retrainings = new Retrainings(store, audit, ledger);
    this.outbox = new Outbox(store);
    this.maintenance = new MaintenanceWindows(store, audit);
  }

  /** Opens the store to write, and makes its tables if it has none. */
  public static Registry open(StoreAddress address, Clock clock) {
    return new Registry(Store.open(address).toWrite(), clock);
  }

  /**
   * The same beside a store folder; if that is not the store's own, nothing is written.
   *
   * @param hasChampion whether the file of a model's champion can be had, in the folder or
   *     otherwise
   * @throws RegistryException if the folder belongs to another database
   */
  public static Registry open(
      StoreAddress address, Clock clock, Path folder, Predicate<RegisteredModel> hasChampion) {
    Store store = Store.open(address);
    StoreId.require(folder, address, store.id(), store.asked(ModelRows::all), hasChampion);
    return new Registry(store.toWrite(), clock);
  }

  /** Returns if changes are taken. */
  public void requireTurn() {
    store.done(handle -> {});
  }

  public Models models() {
    return models;
  }

  public Thresholds thresholds() {
    return thresholds;
  }

  public Recorded recorded() {
    return recorded;
  }

  public Incidents incidents() {
    return incidents;
  }

  public Retrainings retrainings() {
    return retrainings;
  }

  public Outbox outbox() {
    return outbox;
  }

  public MaintenanceWindows maintenance() {
    return maintenance;
  }

  public Audit audit() {
    return audit;
  }

  public Ledger ledger() {
    return ledger;
  }
}
