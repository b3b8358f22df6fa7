package io.latentry.server.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RowSampleTest {
  private static final int ROWS = 200_000;

  /** Which of so many rows are chosen, by their numbers over all requests. */
  private static BitSet chosen(double share, int rowsOfARequest) {
    RowSample sample = new RowSample(share);
    BitSet all = new BitSet();
    for (int first = 0; first < ROWS; first += rowsOfARequest) {
      int from = first;
      sample.next(rowsOfARequest).stream().forEach(row -> all.set(from + row));
    }
    return all;
  }

  @Test
  void allAreChosenWhereTheShareIsOne() {
    assertThat(new RowSample(1).next(100).cardinality()).isEqualTo(100);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 100_000})
  void theShareHoldsWhateverARequestHas(int rowsOfARequest) {
    double share = 0.05;
    int requests = (ROWS + rowsOfARequest - 1) / rowsOfARequest;
    double asked = (double) requests * rowsOfARequest;
    assertThat((double) chosen(share, rowsOfARequest).cardinality())
        .isCloseTo(share * asked, within(5 * Math.sqrt(share * (1 - share) * asked)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100})
  void noPlaceInARequestAndNoTimeIsPreferred(int rowsOfARequest) {
    BitSet chosen = chosen(0.1, rowsOfARequest);
    int[] ofPlace = new int[100];
    int[] ofTime = new int[100];
    chosen.stream()
        .forEach(
            row -> {
              ofPlace[row % 100]++;
              ofTime[row / (ROWS / 100)]++;
            });
    double expected = 0.1 * ROWS / 100;
    for (int i = 0; i < 100; i++) {
      assertThat((double) ofPlace[i]).isCloseTo(expected, within(6 * Math.sqrt(0.9 * expected)));
      assertThat((double) ofTime[i]).isCloseTo(expected, within(6 * Math.sqrt(0.9 * expected)));
    }
  }

  @Test
  void theSameRequestsHaveTheSameRowsChosen() {
    assertThat(chosen(0.3, 50)).isEqualTo(chosen(0.3, 50));
  }
}
