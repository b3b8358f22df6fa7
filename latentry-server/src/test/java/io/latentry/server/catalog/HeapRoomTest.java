package io.latentry.server.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.scoring.Scorer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are larger than what is free on the heap. */
class HeapRoomTest {
  private static final long BYTES = 1_000;
  private static final Opener.Artifact FILE = new OfBytes(BYTES);

  @TempDir Path folder;

  @Test
  void aFileMayTakeAQuarterOfWhatIsFreeAndNoMore() {
    assertThatCode(() -> HeapRoom.require(FILE, () -> 4 * BYTES)).doesNotThrowAnyException();
    assertThatThrownBy(() -> HeapRoom.require(FILE, () -> 4 * BYTES - 1))
        .isInstanceOf(ArtifactException.class)
        .hasMessage(
            "artifact: 1000 bytes (expected: at most a quarter of the 3999 that are free on the"
                + " heap); give the service more memory (LATENTRY_HEAP)");
  }

  @Test
  void whatACollectionSetsFreeCounts() {
    Queue<Long> free = new ArrayDeque<>(List.of(0L, 4 * BYTES));
    assertThatCode(() -> HeapRoom.require(FILE, free::remove)).doesNotThrowAnyException();
    assertThat(free).isEmpty();
  }

  @Test
  void theHeapOfThisProcessHasSomethingFreeAndNotMoreThanThereIs() {
    assertThat(HeapRoom.freeBytes()).isBetween(1L, Runtime.getRuntime().maxMemory());
    assertThatThrownBy(
            () ->
                HeapRoom.require(
                    new OfBytes(Runtime.getRuntime().maxMemory() / 2), HeapRoom::freeBytes))
        .isInstanceOf(ArtifactException.class);
  }

  @Test
  void aFileThatIsTooLargeIsNeverReadHoweverItIsToBeOpened() {
    AtomicInteger read = new AtomicInteger();
    Opener.Opening small =
        new Opener.Opening() {
          @Override
          public Scorer open(Path file) {
            throw read();
          }

          @Override
          public Scorer openProven(Scorer.Bytes artifact) {
            throw read();
          }

          @Override
          public Scorer check(Scorer.Bytes artifact) {
            throw read();
          }

          @Override
          public long freeHeapBytes() {
            return 4 * BYTES - 1;
          }

          private ArtifactException read() {
            read.incrementAndGet();
            return new ArtifactException("read");
          }
        };
    OpeningNotes notes = OpeningNotes.in(folder.resolve("opening"));
    ProvenArtifacts proven = ProvenArtifacts.in(folder.resolve("proven"), "an engine");
    try (Opener opener = new Opener(notes, proven, small, Duration.ofMinutes(1))) {
      for (CompletableFuture<Scorer> begun : List.of(opener.begin(FILE), opener.check(FILE))) {
        assertTooLarge(begun);
      }
      proven.add(FILE.digest());
      for (CompletableFuture<Scorer> begun : List.of(opener.begin(FILE), opener.check(FILE))) {
        assertTooLarge(begun);
      }
    }
    assertThat(read).hasValue(0);
  }

  private static void assertTooLarge(CompletableFuture<Scorer> begun) {
    assertThatThrownBy(() -> Opener.opened(begun))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("free on the heap");
  }

  private record OfBytes(long bytes) implements Opener.Artifact {
    @Override
    public String digest() {
      return "a".repeat(64);
    }

    @Override
    public Path file() {
      throw new ArtifactException("not to be read");
    }

    @Override
    public byte[] read() {
      throw new ArtifactException("not to be read");
    }
  }
}
