package io.latentry.training.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.preprocessing.Features;
import io.latentry.core.preprocessing.WindowPreprocessor;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.detector.Series;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.engine.TorchOps;
import io.latentry.training.model.Augmentation;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WindowAugmentationTest {
  private static final int POINTS = 120;
  private static final int MEMBERS = 2;

  private final TorchOps ops = new TorchOps(Device.CPU);
  private final WindowPreprocessor preprocessor = Series.preprocessor(POINTS, 1);
  private final Features features = preprocessor.features();
  private final Batches batches =
      new Batches(
          preprocessor,
          PreparedSamples.of(preprocessor, Series.windows(POINTS, 1)),
          VaeConfig.defaults().toBuilder().members(MEMBERS).build(),
          TrainingConfig.defaults(),
          3);
  private final int windows = MEMBERS * batches.size();

  @AfterEach
  void close() {
    ops.close();
  }

  @Test
  void aChannelIsScaledByOneFactorAtEveryPointAndInItsDifferences() {
    float[] factors = factors(new Augmentation(0, 0, 0, 0.2, 0));
    double squares = 0;
    for (int i = 0; i < windows; i++) {
      float[] ofChannel = new float[3];
      for (int entry = 0; entry < preprocessor.width(); entry++) {
        int channel = features.channel(features.of(entry));
        float factor = factors[i * preprocessor.width() + entry];
        if (ofChannel[channel] == 0) {
          ofChannel[channel] = factor;
        }
        assertThat(factor).isEqualTo(ofChannel[channel]);
      }
      // The third is a switch, which is on or off.
      assertThat(ofChannel[2]).isEqualTo(1);
      assertThat(ofChannel[0]).isNotEqualTo(ofChannel[1]);
      squares += (ofChannel[0] - 1) * (ofChannel[0] - 1);
    }
    // 192 draws: the deviation is known to 5 %.
    assertThat(Math.sqrt(squares / windows)).isCloseTo(0.2, within(0.04));
  }

  @Test
  void aRunOfPointsIsHiddenAndNothingTellsOfIt() {
    float[] seen = factors(new Augmentation(0, 0, 0, 0, 0.25));
    Set<Integer> begins = new HashSet<>();
    for (int i = 0; i < windows; i++) {
      boolean[] hidden = new boolean[Series.SIZE];
      for (int entry = 0; entry < preprocessor.width(); entry++) {
        float factor = seen[i * preprocessor.width() + entry];
        assertThat(factor).isIn(0f, 1f);
        if (features.pointBefore(entry) == features.point(entry) && factor == 0) {
          hidden[features.point(entry)] = true;
        }
      }
      int from = 0;
      while (!hidden[from]) {
        from++;
      }
      begins.add(from);
      for (int entry = 0; entry < preprocessor.width(); entry++) {
        // A quarter of eight points.
        boolean touches = features.point(entry) >= from && features.pointBefore(entry) < from + 2;
        assertThat(seen[i * preprocessor.width() + entry]).isEqualTo(touches ? 0 : 1);
      }
    }
    assertThat(begins).hasSize(Series.SIZE - 1);
  }

  /** What every entry of a batch of ones is multiplied by. */
  private float[] factors(Augmentation how) {
    int values = windows * preprocessor.width();
    float[] ones = new float[values];
    java.util.Arrays.fill(ones, 1);
    Tensor target = ops.tensor(ones, MEMBERS, batches.size(), preprocessor.width());
    return TorchOps.values(batches.views(ops, target, how, new SplittableRandom(5)).get(0));
  }
}
