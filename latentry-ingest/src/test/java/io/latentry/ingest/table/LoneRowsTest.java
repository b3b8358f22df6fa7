package io.latentry.ingest.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoneRowsTest {
  private static final float NAN = Float.NaN;

  private static int[] rows(int count) {
    return IntStream.range(0, count).toArray();
  }

  @Test
  void theOneThatDiffersIsFoundWhicheverItIs() {
    assertThat(LoneRows.differing(new float[] {0, 0, 0, 7, 0}, rows(5))).containsExactly(3);
    assertThat(LoneRows.differing(new float[] {7, 0, 0, 0}, rows(4))).containsExactly(0);
    assertThat(LoneRows.differing(new float[] {NAN, NAN, 3, NAN}, rows(4))).containsExactly(2);
    assertThat(LoneRows.differing(new float[] {0, 0, 7, 7}, rows(4))).isEmpty();
    assertThat(LoneRows.differing(new float[] {0, 1, 2, 0}, rows(4))).isEmpty();
    assertThat(LoneRows.differing(new float[] {0, 0, 0}, rows(3))).isEmpty();
  }

  @Test
  void onlyASingleFractionStandsAlone() {
    assertThat(LoneRows.fractional(new float[] {1, 2, 2.5f, NAN, 9}, rows(5))).containsExactly(2);
    assertThat(LoneRows.fractional(new float[] {1, 1.5f, 2.5f}, rows(3))).isEmpty();
    assertThat(LoneRows.fractional(new float[] {1, 2, 3}, rows(3))).isEmpty();
  }

  @Test
  void farIsBeyondTheOthersByMoreThanTheirWidth() {
    assertThat(LoneRows.far(new float[] {0, 1, 2, 3, 6.1f}, rows(5))).containsExactly(4);
    assertThat(LoneRows.far(new float[] {0, 1, 2, 3, 5.9f}, rows(5))).isEmpty();
    assertThat(LoneRows.far(new float[] {-9, 0, 1, 2, 3}, rows(5))).containsExactly(0);
    assertThat(LoneRows.far(new float[] {5, NAN}, rows(2))).isEmpty();
  }

  @Test
  void aCategoryOfOneRowOrOfNoListIsRare() {
    BitSet listed = new BitSet();
    listed.set(0, 2);
    int[] codes = {0, 0, 1, 2, 2, -1};
    assertThat(LoneRows.ofRareCategories(codes, new long[] {2, 1, 2}, listed, rows(6)))
        .containsExactly(2, 3, 4);
  }

  @Test
  void onlyTheRowsAskedForCount() {
    assertThat(LoneRows.differing(new float[] {5, 0, 0, 7, 0}, new int[] {1, 2, 3, 4}))
        .as("the place among them")
        .containsExactly(2);
  }
}
