package io.latentry.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.DataException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DataSplitTest {

  @Test
  void everyRowIsInOnePart() {
    DataSplit split = DataSplit.shuffled(4_000, SplitConfig.DEFAULT, 1);
    int[] all = IntStream.range(0, 4_000).toArray();
    assertThat(together(split.train(), split.validation())).isEqualTo(all);
    assertThat(split.validation()).hasSize(600);
    assertThat(split.isCrossValidated()).isFalse();
    DataSplit.Fold fold = split.folds().get(0);
    assertThat(together(fold.train(), fold.validation(), fold.calibration())).isEqualTo(all);
    assertThat(fold.calibration()).hasSize(1_000);
    assertThat(fold.validation()).hasSize(450);
    assertThat(split.calibration()).isEqualTo(fold.calibration());
  }

  @Test
  void theSeedDecides() {
    DataSplit first = DataSplit.shuffled(2_000, SplitConfig.DEFAULT, 1);
    assertThat(DataSplit.shuffled(2_000, SplitConfig.DEFAULT, 1).validation())
        .isEqualTo(first.validation());
    assertThat(DataSplit.shuffled(2_000, SplitConfig.DEFAULT, 2).validation())
        .isNotEqualTo(first.validation());
  }

  @Test
  void timeOrderedPartsFollowOneAnother() {
    // Within five seconds, so that whole ones would order little.
    double[] moments =
        IntStream.range(0, 1_200).mapToDouble(i -> (i * 7_919) % 1_200 / 256.0).toArray();
    DataSplit split = DataSplit.timeOrdered(moments, SplitConfig.DEFAULT);
    DataSplit.Fold fold = split.folds().get(0);
    double lastTrain = Arrays.stream(fold.train()).mapToDouble(i -> moments[i]).max().orElseThrow();
    double firstCalibration =
        Arrays.stream(fold.calibration()).mapToDouble(i -> moments[i]).min().orElseThrow();
    assertThat(Arrays.stream(fold.validation()).mapToObj(i -> moments[i]))
        .allMatch(moment -> moment > lastTrain && moment < firstCalibration);
  }

  @Test
  void fewRowsAreCalibratedByCrossValidationEachOnce() {
    DataSplit split = DataSplit.shuffled(103, SplitConfig.DEFAULT, 1);
    assertThat(split.isCrossValidated()).isTrue();
    assertThat(split.calibration()).isEqualTo(IntStream.range(0, 103).toArray());
    assertThat(split.folds()).hasSize(5);
    assertThat(
            together(split.folds().stream().map(DataSplit.Fold::calibration).toArray(int[][]::new)))
        .isEqualTo(IntStream.range(0, 103).toArray());
    for (DataSplit.Fold fold : split.folds()) {
      assertThat(together(fold.train(), fold.validation(), fold.calibration()))
          .isEqualTo(IntStream.range(0, 103).toArray());
    }
    assertThat(together(split.train(), split.validation())).hasSize(103);
  }

  @Test
  void aHandfulOfRowsIsRefused() {
    assertThatThrownBy(() -> DataSplit.shuffled(1, SplitConfig.DEFAULT, 1))
        .isInstanceOf(DataException.class)
        .hasMessage("normalRows: 1 (expected: >= 10); add normal rows");
  }

  private static int[] together(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).sorted().toArray();
  }
}
