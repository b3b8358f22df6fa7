package io.latentry.server.catalog;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.scoring.ScorerOptions;
import io.latentry.server.registry.ArtifactStore;
import io.latentry.server.registry.ArtifactStore.Staged;
import io.latentry.server.registry.RegisteredModel;
import io.latentry.server.registry.Registry;
import io.latentry.server.registry.RegistryException;
import io.latentry.server.registry.StoreAddress;
import io.latentry.server.registry.StoreLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** What a catalogue remembers, opened: no other service has it until it is closed. */
record OpenStore(
    FolderLock folderLock,
    StoreLock lock,
    Registry registry,
    ArtifactStore artifacts,
    OpeningNotes opening,
    ProvenArtifacts proven)
    implements AutoCloseable {

  /**
   * @param folder for the artifacts
   * @param models where a champion may be had that the folder lacks
   * @throws RegistryException if the store cannot be used, another service has the folder or the
   *     database, or the two do not belong together
   */
  static OpenStore open(Path folder, StoreAddress address, Clock clock, FolderWatch models) {
    return new Reserve(folder).open(() -> openOnce(folder, address, clock, models));
  }

  private static OpenStore openOnce(
      Path folder, StoreAddress address, Clock clock, FolderWatch models) {
    FolderLock folderLock = FolderLock.of(folder);
    try {
      StoreLock lock = StoreLock.of(address);
      try {
        ArtifactStore artifacts = ArtifactStore.in(folder);
        Registry registry =
            Registry.open(address, clock, folder, model -> hasChampion(model, artifacts, models));
        OpeningNotes opening = OpeningNotes.in(folder.resolve("opening"));
        ProvenArtifacts proven = ProvenArtifacts.in(folder.resolve("proven"));
        return new OpenStore(folderLock, lock, registry, artifacts, opening, proven);
      } catch (RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (RuntimeException e) {
      folderLock.close();
      throw e;
    }
  }

  /** In the store folder, or as it lies in the folder of models. */
  private static boolean hasChampion(
      RegisteredModel model, ArtifactStore artifacts, FolderWatch models) {
    String digest = model.version(model.champion()).orElseThrow().digest();
    if (artifacts.has(digest)) {
      return true;
    }
    try (Staged copy = artifacts.stage(models.file(model.name()), ScorerOptions.MOST_FILE_BYTES)) {
      return copy.digest().equals(digest);
    } catch (IOException | ArtifactException noSuchFile) {
      return false;
    }
  }

  @Override
  public void close() {
    lock.close();
    folderLock.close();
  }
}
