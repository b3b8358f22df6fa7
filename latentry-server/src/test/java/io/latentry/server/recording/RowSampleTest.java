package io.latentry.server.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RowSampleTest {
  private static final int ROWS = 200_000;
  private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");
  private static final int MOST = 5_000;

  /** Which of so many rows are chosen, by their numbers over all requests. */
  private static BitSet chosen(double share, int rowsOfARequest) {
    RowSample sample = new RowSample(share, 0);
    BitSet all = new BitSet();
    for (int first = 0; first < ROWS; first += rowsOfARequest) {
      int from = first;
      sample.next(rowsOfARequest, NOW).rows().stream().forEach(row -> all.set(from + row));
    }
    return all;
  }

  @Test
  void allAreChosenWhereTheShareIsOne() {
    RowSample.Chosen all = new RowSample(1, 0).next(100, NOW);
    assertThat(all.rows().cardinality()).isEqualTo(100);
    assertThat(all.weight()).isEqualTo(1);
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

  /** Rows recorded of each second, and what they stand for together. */
  private static double[] second(RowSample sample, int second, int rows, int rowsOfARequest) {
    double recorded = 0;
    double weight = 0;
    for (int first = 0; first < rows; first += rowsOfARequest) {
      Instant at = NOW.plusSeconds(second).plusMillis(1000L * first / rows);
      RowSample.Chosen chosen = sample.next(rowsOfARequest, at);
      recorded += chosen.rows().cardinality();
      weight += chosen.weight() * chosen.rows().cardinality();
    }
    return new double[] {recorded, weight};
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 10_000})
  void ofManyRowsInEachSecondAShareIsRecordedThatStandsForAll(int rowsOfARequest) {
    RowSample sample = new RowSample(1, MOST);
    double burst = 0;
    int spent = RowSample.BURST_SECONDS * MOST / 100_000;
    for (int second = 0; second < spent + 2; second++) {
      burst += second(sample, second, 100_000, rowsOfARequest)[0];
    }
    assertThat(burst).isCloseTo((RowSample.BURST_SECONDS + spent + 1) * MOST, within(2.0 * MOST));
    for (int second = spent + 2; second < spent + 8; second++) {
      double[] told = second(sample, second, 100_000, rowsOfARequest);
      assertThat(told[0]).isCloseTo(MOST, within(6 * Math.sqrt(MOST)));
      assertThat(told[1]).isCloseTo(100_000, within(6 * 20 * Math.sqrt(MOST)));
    }
  }

  @Test
  void aTableThatIsSentNowAndThenIsRecordedWhole() {
    RowSample sample = new RowSample(1, MOST);
    int table = RowSample.BURST_SECONDS * MOST;
    for (int time = 0; time < 5; time++) {
      Instant at = NOW.plusSeconds(120L * time);
      assertThat(sample.next(table, at).weight()).isEqualTo(1);
    }
    assertThat(sample.next(table, NOW.plusSeconds(482)).weight())
        .isCloseTo(RowSample.BURST_SECONDS, within(0.1));
  }

  @Test
  void whereFewComeAgainAllAreRecorded() {
    RowSample sample = new RowSample(1, MOST);
    for (int second = 0; second < 8; second++) {
      double[] unused = second(sample, second, 100_000, 100);
    }
    double[] next = second(sample, 8, 1_000, 100);
    assertThat(next[0]).isLessThan(200);
    for (int second = 9; second < 42; second++) {
      assertThat(second(sample, second, 1_000, 100)).containsExactly(1_000, 1_000);
    }
    assertThat(second(sample, 42, 25_000, 100)).containsExactly(25_000, 25_000);
  }

  @Test
  void theShareThatIsAskedForCountsBeforeTheMost() {
    RowSample sample = new RowSample(0.05, MOST);
    for (int second = 0; second < 60; second++) {
      double[] told = second(sample, second, 80_000, 100);
      assertThat(told[0]).isCloseTo(4_000, within(6 * Math.sqrt(4_000)));
      assertThat(told[1] / told[0]).isCloseTo(20, within(1e-9));
    }
  }

  @Test
  void theSameRequestsHaveTheSameRowsChosen() {
    assertThat(chosen(0.3, 50)).isEqualTo(chosen(0.3, 50));
  }
}
