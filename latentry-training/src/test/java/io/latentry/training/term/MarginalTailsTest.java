package io.latentry.training.term;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.ColumnFeatures;
import io.latentry.core.preprocessing.Prepared;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.engine.TorchOps;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class MarginalTailsTest {
  private static final int ROWS = 999;

  /** One number (two views), one boolean, one category of three. */
  private static final List<Block> BLOCKS =
      List.of(
          new Block(Block.Kind.GAUSSIAN, 0, 0, 1),
          new Block(Block.Kind.GAUSSIAN, 0, 1, 1),
          new Block(Block.Kind.BERNOULLI, 1, 2, 1),
          new Block(Block.Kind.CATEGORICAL, 2, 3, 3));

  private static final int WIDTH = 6;

  /** Numbers 0 to 998; every tenth boolean is 1; categories in shares of 90, 9 and 1 %, or so. */
  private static final MarginalTails TAILS =
      MarginalTails.fit(BLOCKS, new ColumnFeatures(List.of("a", "b", "c"), BLOCKS), training());

  @Test
  void aNumberCountsByItsTailProbabilityWithinOneStep() {
    for (int value : new int[] {0, 1, 2, 5, 17, 100, 300, 998, 997, 990, 800}) {
      double rank = Math.min(value, ROWS - 1 - value) + 1;
      double exact = Math.max(0, -Math.log(2 * (rank + 0.5) / (ROWS + 1)));
      assertThat((double) byColumn(value, 0, 0)[0])
          .as("value %d", value)
          .isBetween(exact - 1e-4, exact + MarginalTails.STEP);
    }
    assertThat(byColumn(499, 0, 0)[0]).isZero();
  }

  @Test
  void beyondAllTrainingValuesItCountsAsTheNextOneHoweverFarOff() {
    double beyond = -Math.log(2 * 0.5 / (ROWS + 1));
    for (float value : new float[] {-1, -1e6f, 999, 1e6f}) {
      assertThat((double) byColumn(value, 0, 0)[0])
          .isBetween(beyond, beyond + MarginalTails.STEP)
          .isGreaterThan(byColumn(0, 0, 0)[0]);
    }
  }

  @Test
  void otherValuesCountByTheirProbabilityAgainstTheUsualOne() {
    assertThat(byColumn(499, 0, 0)).containsExactly(0, 0, 0);
    double rareBoolean = -Math.log((100 + 0.5) / (ROWS + 1)) + Math.log((899 + 0.5) / (ROWS + 1));
    assertThat((double) byColumn(499, 1, 0)[1]).isCloseTo(rareBoolean, within(1e-4));
    double rareCategory = Math.log((900 + 0.5) / (9 + 0.5));
    assertThat((double) byColumn(499, 0, 2)[2]).isCloseTo(rareCategory, within(1e-4));
    assertThat(byColumn(499, 0, 1)[2]).isBetween(0.1f, byColumn(499, 0, 2)[2] - 0.1f);
  }

  @Test
  void whatWasNotGivenCountsNothing() {
    try (TorchOps ops = new TorchOps(Device.CPU)) {
      Prepared<Tensor> row =
          new Prepared<>(
              ops.tensor(row(1e6f, 1, 0), 1, WIDTH),
              ops.tensor(new float[] {0, 0, 0, 1, 1, 1}, 1, WIDTH),
              ops.constant(new float[1], 1));
      assertThat(TorchOps.values(TAILS.byColumn(ops, row))).containsExactly(0, 0, 0);
    }
  }

  @Test
  void usualRowsHaveNoExcessAndOneVeryStrangeValueDoes() {
    int usual = 0;
    for (int value = 0; value < ROWS; value += 10) {
      usual += excess(value, 0, 0) == 0 ? 1 : 0;
    }
    assertThat(usual).isGreaterThan(70);
    assertThat(excess(1e6f, 0, 0)).isGreaterThan(excess(990, 0, 0)).isGreaterThan(0.5f);
    assertThat(excess(1e6f, 1, 2)).isGreaterThan(excess(1e6f, 0, 0));
  }

  @Test
  void aColumnWithoutSpreadCallsOnlyOtherValuesStrange() {
    float[] x = new float[50 * 2];
    MarginalTails constant =
        MarginalTails.fit(
            BLOCKS.subList(0, 2),
            new ColumnFeatures(List.of("a"), BLOCKS.subList(0, 2)),
            new PreparedSamples(50, 2, x, null));
    try (TorchOps ops = new TorchOps(Device.CPU)) {
      Prepared<Tensor> rows =
          new Prepared<>(
              ops.tensor(new float[] {0, 0, 0.5f, 0, -0.5f, 0}, 3, 2),
              null,
              ops.constant(new float[3], 3));
      float[] nats = TorchOps.values(constant.byColumn(ops, rows));
      assertThat(nats[0]).isZero();
      assertThat((double) nats[1]).isBetween(Math.log(51), Math.log(51) + MarginalTails.STEP);
      assertThat(nats[2]).isEqualTo(nats[1]);
    }
  }

  private static PreparedSamples training() {
    float[] x = new float[ROWS * WIDTH];
    SplittableRandom random = new SplittableRandom(5);
    int[] order = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    for (int i = 0; i < ROWS; i++) {
      int category = i < 900 ? 0 : i < 990 ? 1 : 2;
      System.arraycopy(row(order[i], i % 10 == 0 ? 1 : 0, category), 0, x, i * WIDTH, WIDTH);
    }
    return new PreparedSamples(ROWS, WIDTH, x, null);
  }

  private static float[] row(float number, float flag, int category) {
    float[] row = {number, 0, flag, 0, 0, 0};
    row[3 + category] = 1;
    return row;
  }

  private static float[] byColumn(float number, float flag, int category) {
    try (TorchOps ops = new TorchOps(Device.CPU)) {
      return TorchOps.values(TAILS.byColumn(ops, prepared(ops, number, flag, category)));
    }
  }

  private static float excess(float number, float flag, int category) {
    try (TorchOps ops = new TorchOps(Device.CPU)) {
      Prepared<Tensor> row = prepared(ops, number, flag, category);
      return TorchOps.values(TAILS.excess(ops, TAILS.byColumn(ops, row)))[0];
    }
  }

  private static Prepared<Tensor> prepared(TorchOps ops, float number, float flag, int category) {
    return new Prepared<>(
        ops.tensor(row(number, flag, category), 1, WIDTH), null, ops.constant(new float[1], 1));
  }
}
