package io.latentry.server.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.server.registry.RegistryException;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.ServingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store whose disk is full, as far as that can be had without one. */
class FullDiskTest {
  private static final String FULL =
      "[SQLITE_IOERR_SHMSIZE] I/O error within the xShmMap method (trying to resize a file)";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[SQLITE_FULL] Insertion failed because database is full (database or disk is full)",
        FULL,
        "ERROR: could not extend file \"base/1/2\": No space left on device",
      })
  void aChangeThatFindsNoRoomIsRefusedAsThatAndNotAsAFaultOfTheCaller(String words) {
    Loader loader = new Loader(ServingListener.NONE);
    assertThatThrownBy(
            () ->
                loader.call(
                    () -> {
                      throw new RegistryException("store: x", new IOException(words));
                    }))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NO_ROOM))
        .hasMessageContaining("no room left on its disk");
    loader.close(Duration.ofSeconds(5));
  }

  @Test
  void aStoreKeepsRoomTakenAndGivesItUpToStartOnAFullDisk() {
    AtomicLong disk = new AtomicLong(1L << 30);
    Reserve reserve = new Reserve(folder, disk::get);
    assertThat(reserve.open(() -> "opened")).isEqualTo("opened");
    Path kept = folder.resolve("reserve");
    assertThat(kept).hasSize(Reserve.BYTES);

    // As often as it starts: what others leave of what was given up is taken again.
    for (long left : new long[] {4_100_000, 4_100_000, 2_000_000}) {
      disk.set(left);
      List<Boolean> roomWas = new ArrayList<>();
      String opened =
          reserve.open(
              () -> {
                roomWas.add(!Files.exists(kept));
                if (Files.exists(kept)) {
                  throw new RegistryException(FULL, null);
                }
                return "opened without it";
              });
      assertThat(opened).isEqualTo("opened without it");
      assertThat(roomWas).containsExactly(false, true);
      assertThat(kept.toFile().length()).isBetween(left - 400_000, left - 200_000);
    }
    disk.set(100_000);
    assertThat(
            reserve.<String>open(
                () -> {
                  if (Files.exists(kept)) {
                    throw new RegistryException(FULL, null);
                  }
                  return "the last time";
                }))
        .isEqualTo("the last time");
    assertThat(kept).doesNotExist();

    // There is none left to give: the fault is told.
    assertThatThrownBy(
            () ->
                reserve.open(
                    () -> {
                      throw new RegistryException(FULL, null);
                    }))
        .hasMessage(FULL);

    // It is whole again as soon as there is room.
    disk.set(1L << 30);
    assertThat(reserve.open(() -> 1)).isEqualTo(1);
    assertThat(kept).hasSize(Reserve.BYTES);
  }

  @Test
  void aPartOfTheRoomIsMadeWholeWhereThereIsSome() throws IOException {
    Path kept = Files.write(folder.resolve("reserve"), new byte[100_000]);
    Reserve reserve = new Reserve(folder, () -> 1L << 30);
    assertThat(reserve.open(() -> 1)).isEqualTo(1);
    assertThat(kept).hasSize(Reserve.BYTES);
  }

  @Test
  void anotherFaultLeavesTheRoomTaken() {
    Reserve reserve = new Reserve(folder);
    assertThat(reserve.open(() -> 1)).isEqualTo(1);
    assertThatThrownBy(
            () ->
                reserve.open(
                    () -> {
                      throw new RegistryException("in use by another service", null);
                    }))
        .hasMessage("in use by another service");
    assertThat(folder.resolve("reserve")).exists();
  }
}
