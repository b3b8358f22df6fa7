package io.latentry.server.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Ties a store folder to the database that points into it: both keep one id. With another folder
 * every version would be missing, and every model fall back.
 */
final class StoreId {
  private static final String FILE = "store-id";

  private StoreId() {}

  /**
   * Finds the id in the folder, or leaves it there if the folder has none and lacks nothing: a
   * fresh one with a fresh database, or one from before there were ids.
   *
   * @param id that the database has
   * @param hasChampion whether the file of a model's champion can be had
   * @throws RegistryException if the folder is that of another database
   */
  static void require(
      Path folder,
      StoreAddress address,
      String id,
      List<RegisteredModel> models,
      Predicate<RegisteredModel> hasChampion) {
    Path file = folder.resolve(FILE);
    try {
      Optional<String> found = read(file);
      if (found.isPresent()) {
        requireSame(file, address, id, found.get());
        return;
      }
      for (RegisteredModel model : models) {
        if (!hasChampion.test(model)) {
          throw lacking(file, address, id, model);
        }
      }
      write(file, id);
    } catch (IOException e) {
      throw new RegistryException(
          "store: " + file + ": cannot be used (" + e + "); make it readable and writable", e);
    }
  }

  private static void requireSame(Path file, StoreAddress address, String id, String found) {
    if (!found.equals(id)) {
      throw new RegistryException(
          "store: "
              + file
              + ": "
              + found
              + " (expected: "
              + id
              + ", as in "
              + address
              + "): the folder is that of another database; name the one that belongs to this"
              + " database with --set store.folder=DIR, or take an empty folder with an empty"
              + " database",
          null);
    }
  }

  private static RegistryException lacking(
      Path file, StoreAddress address, String id, RegisteredModel model) {
    return new RegistryException(
        "store: "
            + file.getParent()
            + ": has no artifact of model '"
            + model.name()
            + "' version "
            + model.champion()
            + " (expected: the champions of "
            + address
            + "); name the folder that they were taken into with --set store.folder=DIR. If it is"
            + " lost, write "
            + id
            + " into "
            + file
            + ": then a model falls back to a version that there is a file of",
        null);
  }

  private static Optional<String> read(Path file) throws IOException {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Whole or not at all. */
  private static void write(Path file, String id) throws IOException {
    Path aside = file.resolveSibling(FILE + ".part");
    try (FileChannel channel =
        FileChannel.open(
            aside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer text = ByteBuffer.wrap((id + "\n").getBytes(StandardCharsets.US_ASCII));
      while (text.hasRemaining()) {
        channel.write(text);
      }
      channel.force(true);
    }
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
