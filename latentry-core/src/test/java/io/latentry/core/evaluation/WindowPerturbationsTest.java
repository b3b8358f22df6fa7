package io.latentry.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Schema;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WindowPerturbationsTest {
  private static final int SIZE = 6;

  /** A gap that was filled stands in all windows but at the judged point. */
  @Test
  void aPointThatMustBeThereIsStillThere() {
    Windows windows = windows(MissingPolicy.REJECT);
    boolean changed = false;
    for (long seed = 0; seed < 50; seed++) {
      Windows perturbed = new WindowPerturbations(windows).perturb(windows, seed);
      for (int i = 0; i < windows.count(); i++) {
        float judged = perturbed.values(i)[SIZE - 1];
        assertThat(judged).as("seed %d, window %d", seed, i).isFinite();
        changed |= judged != windows.values(i)[SIZE - 1];
      }
    }
    assertThat(changed).isTrue();
  }

  @Test
  void oneThatMayLackMayLack() {
    Windows windows = windows(MissingPolicy.IMPUTE);
    boolean lacking = false;
    for (long seed = 0; seed < 50; seed++) {
      Windows perturbed = new WindowPerturbations(windows).perturb(windows, seed);
      for (int i = 0; i < windows.count(); i++) {
        lacking |= Float.isNaN(perturbed.values(i)[SIZE - 1]);
      }
    }
    assertThat(lacking).isTrue();
  }

  private static Windows windows(MissingPolicy missing) {
    Schema channels =
        new Schema(List.of(Column.numeric("x", ColumnType.NUMERIC, missing, 0, 9)), List.of());
    float[] values = new float[20 * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % SIZE < SIZE - 1 && i % SIZE > 0 ? Float.NaN : i % 9;
    }
    return Windows.of(new WindowSpec(channels, SIZE, 0), 20, values);
  }
}
