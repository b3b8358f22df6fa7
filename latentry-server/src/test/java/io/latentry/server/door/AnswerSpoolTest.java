package io.latentry.server.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AnswerSpoolTest {
  private static final long SEED = 5;
  private static final long ROOM = 1L << 40;

  @TempDir Path store;

  @Test
  void whatIsPutComesOutInItsOrderHoweverItIsTaken() throws Exception {
    Random random = new Random(SEED);
    ByteArrayOutputStream given = new ByteArrayOutputStream();
    ByteArrayOutputStream taken = new ByteArrayOutputStream();
    AnswerSpool spool = AnswerSpool.in(store, 1 << 20, () -> ROOM);
    try (AnswerSpool.Part part = spool.open()) {
      for (int i = 0; i < 500; i++) {
        byte[] bytes = new byte[random.nextInt(3_000)];
        random.nextBytes(bytes);
        int offset = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
        assertThat(part.put(bytes, offset, bytes.length - offset)).isTrue();
        given.write(bytes, offset, bytes.length - offset);
        taken.write(part.take(random.nextInt(4_000)));
      }
      while (!part.isEmpty()) {
        taken.write(part.take(700));
      }
      assertThat(part.take(700)).isEmpty();
      assertThat(spool.takenBytes()).isZero();
    }
    assertThat(taken.toByteArray()).as("seed %d", SEED).isEqualTo(given.toByteArray());
  }

  @Test
  void allAnswersTogetherKeepToTheLimitAndGiveBackWhatTheyHad() throws Exception {
    AnswerSpool spool = AnswerSpool.in(store, 100, () -> ROOM);
    AnswerSpool.Part one = spool.open();
    AnswerSpool.Part other = spool.open();
    assertThat(one.put(new byte[60], 0, 60)).isTrue();
    assertThat(other.put(new byte[60], 0, 60)).isFalse();
    assertThat(other.isEmpty()).isTrue();
    assertThat(other.put(new byte[40], 0, 40)).isTrue();
    assertThat(one.take(50)).hasSize(50);
    // What was read is on the disk as long as what follows it.
    assertThat(spool.takenBytes()).isEqualTo(100);
    assertThat(one.take(50)).hasSize(10);
    assertThat(spool.takenBytes()).isEqualTo(40);
    other.close();
    other.close();
    one.close();
    assertThat(spool.takenBytes()).isZero();
  }

  @Test
  void theDiskIsNotFilledUp() {
    AtomicLong free = new AtomicLong(300L << 20);
    AnswerSpool spool = AnswerSpool.in(store, 1L << 40, free::get);
    try (AnswerSpool.Part part = spool.open()) {
      byte[] bytes = new byte[1 << 20];
      assertThat(part.put(bytes, 0, bytes.length)).isTrue();
      free.set(256L << 20);
      assertThat(part.put(bytes, 0, bytes.length)).isFalse();
      assertThat(spool.takenBytes()).isEqualTo(bytes.length);
      free.set(300L << 20);
      assertThat(part.put(bytes, 0, bytes.length)).isTrue();
    }
  }

  @Test
  void aFolderThatCannotBeWrittenToIsNoRoomRatherThanAFault() throws Exception {
    Path file = Files.createFile(store.resolve("answers"));
    AnswerSpool spool = AnswerSpool.in(store, 100, () -> ROOM);
    try (AnswerSpool.Part part = spool.open()) {
      assertThat(part.put(new byte[9], 0, 9)).isFalse();
      assertThat(spool.takenBytes()).isZero();
    }
    assertThat(file).isEmptyFile();
  }

  @Test
  void nothingIsLeftOfItAndWhatWasLeftIsSwept() throws Exception {
    Path answers = Files.createDirectory(store.resolve("answers"));
    Path left = Files.createFile(answers.resolve("1.part"));
    Path foreign = Files.createFile(answers.resolve("notes.txt"));
    AnswerSpool spool = AnswerSpool.in(store, 100, () -> ROOM);
    assertThat(left).doesNotExist();
    AnswerSpool.Part part = spool.open();
    assertThat(part.put(new byte[9], 0, 9)).isTrue();
    part.close();
    try (Stream<Path> files = Files.list(answers)) {
      assertThat(files).containsExactly(foreign);
    }
  }
}
