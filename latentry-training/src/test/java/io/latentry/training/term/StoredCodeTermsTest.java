package io.latentry.training.term;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.training.engine.Device;
import io.latentry.training.engine.TorchOps;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class StoredCodeTermsTest {
  private static final long SEED = 11;

  @Test
  void theNearestCodesAndTheirDistancesAreThoseOfAPlainSearch() {
    int members = 2;
    int codes = 60;
    int width = 7;
    float[] values = gaussians(members * codes * width, 1);
    float[] query = gaussians(members * 3 * width, 2);
    CodeTable table = CodeTable.of(members, codes, width, values);
    float[] figure = new float[members * codes];
    for (int i = 0; i < figure.length; i++) {
      figure[i] = i;
    }
    try (TorchOps ops = new TorchOps(Device.CPU)) {
      CodeTable.Nearest<Tensor> found = table.nearest(ops, ops.tensor(query, members, 3, width), 4);
      float[] squares = TorchOps.values(found.squaredDistances());
      float[] rows = TorchOps.values(table.lookUp(ops, figure, found.rows()));
      for (int i = 0; i < members * 3; i++) {
        int member = i / 3;
        double[] plain = new double[codes];
        for (int c = 0; c < codes; c++) {
          plain[c] = square(values, member * codes + c, query, i, width);
        }
        double[] sorted = plain.clone();
        Arrays.sort(sorted);
        for (int k = 0; k < 4; k++) {
          assertThat((double) squares[i * 4 + k]).isCloseTo(sorted[k], within(1e-5 * sorted[k]));
          int row = (int) rows[i * 4 + k];
          assertThat(row / codes).isEqualTo(member);
          assertThat(plain[row % codes]).isCloseTo(sorted[k], within(1e-9));
        }
      }
    }
  }

  @Test
  void aCodeIsNotItsOwnNeighbour() {
    float[] line = {0, 1, 3, 7};
    double[][] distances = NearestCodes.of(CodeTable.of(1, 4, 1, line), 2).distances();
    assertThat(distances[0]).containsExactly(1, 3);
    assertThat(distances[1]).containsExactly(1, 2);
    assertThat(distances[3]).containsExactly(4, 6);
    assertThat(NearestCodes.of(CodeTable.of(1, 4, 1, line), 9).distances()[0]).hasSize(3);
  }

  @Test
  void smallDistancesFarFromTheOriginKeepTheirDigits() {
    // The short form |a|**2 - 2ab + |b|**2 alone would leave nothing of 0.01**2 beside 1e6.
    CodeTable table = CodeTable.of(1, 2, 1, new float[] {1000, 2000});
    try (TorchOps ops = new TorchOps(Device.CPU)) {
      Tensor query = ops.tensor(new float[] {1000.0625f}, 1, 1, 1);
      float[] squares = TorchOps.values(table.nearest(ops, query, 1).squaredDistances());
      assertThat(squares[0]).isEqualTo(0.0625f * 0.0625f);
    }
  }

  private static double square(float[] codes, int code, float[] query, int row, int width) {
    double sum = 0;
    for (int j = 0; j < width; j++) {
      double away = (double) codes[code * width + j] - query[row * width + j];
      sum += away * away;
    }
    return sum;
  }

  private static float[] gaussians(int count, long stream) {
    SplittableRandom random = new SplittableRandom(SEED + stream);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
