package io.latentry.pipeline.retrain.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class CopyCountTest {
  private final CopyCount all = new CopyCount(1_000_000);

  @Test
  void aStretchThatCameBeforeIsCountedButForItsEnds() {
    LongStream.range(0, 1_000).forEach(all::add);
    LongStream.range(200, 500).forEach(all::add);

    assertThat(all.copies()).isEqualTo(298);
  }

  @Test
  void rowsThatRepeatByThemselvesAreNoCopies() {
    LongStream.range(0, 1_000).map(i -> i * i % 97).forEach(all::add);
    CopyCount single = new CopyCount(1_000_000);
    LongStream.range(0, 1_000).map(i -> i % 2 == 0 ? i : i % 20).forEach(single::add);

    assertThat(single.copies()).isZero();
    // Whereas what goes round does.
    assertThat(all.copies()).isGreaterThan(800);
  }

  @Test
  void aStretchEndsWhereARowIsNoNeighbour() {
    LongStream.range(0, 10).forEach(all::add);
    all.gap();
    for (long i = 0; i < 10; i++) {
      all.add(i);
      all.gap();
    }

    assertThat(all.copies()).isZero();
  }

  @Test
  void rowsAmongWhichNothingMovesAreCountedWhateverTheirContent() {
    for (long content = 0; content < 64; content++) {
      CopyCount few = new CopyCount(16);
      LongStream.range(1_000, 2_000).forEach(few::add);
      double before = few.copies();
      for (int i = 0; i < 500; i++) {
        few.add(content);
      }

      assertThat(few.copies() - before).as("content %d", content).isEqualTo(499);
    }
  }

  @Test
  void ofMoreRowsThanAreFollowedTheCopiesAreTold() {
    CopyCount few = new CopyCount(4_096);
    LongStream.range(0, 1_000_000).forEach(few::add);
    LongStream.range(300_000, 400_000).forEach(few::add);

    // Some 370 of the copies are followed: three standard errors of so many.
    assertThat(few.copies()).isCloseTo(100_000, within(16_000.0));
  }
}
