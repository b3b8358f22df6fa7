package io.latentry.core.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.graph.ArrayOps;
import io.latentry.core.graph.Dense;
import io.latentry.core.graph.GraphValues;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WindowInputTest {
  private static final float NONE = Float.NaN;
  private static final float INFINITE = Float.POSITIVE_INFINITY;
  private static final Schema CHANNEL =
      new Schema(
          List.of(Column.numeric("x", ColumnType.NUMERIC, MissingPolicy.IMPUTE, -9, 9)), List.of());

  /** Mean 1 and deviation 1, so that a prepared value is the value less one. */
  private static final Rows TRAINING = Rows.of(CHANNEL, 4, new float[] {0, 2, 0, 2}, new String[0]);

  private final ArrayOps ops = new ArrayOps();

  private float[] prepared(float... window) {
    TablePreprocessor points = TablePreprocessor.fitPlain(TRAINING);
    GraphValues<Dense> raw =
        new GraphValues<>(Map.of(WindowSpec.WINDOW, ops.constant(window, 1, window.length, 1)));
    return WindowInput.of(ops, new WindowSpec(CHANNEL, window.length, 0), points, raw)
        .points()
        .x()
        .values();
  }

  @Test
  void theLastValueBeforeItStandsInForAMissingOne() {
    assertThat(prepared(3, NONE, NONE, NONE, NONE, NONE, 5, NONE, 7))
        .containsExactly(2, 2, 2, 2, 2, 2, 4, 4, 6);
  }

  @Test
  void whereNoneIsBeforeItTheTrainingMeanDoes() {
    assertThat(prepared(NONE, NONE, 4, NONE)).containsExactly(0, 0, 3, 3);
  }

  @Test
  void anInfiniteOneIsNoValueToGoOnWith() {
    assertThat(prepared(3, INFINITE, NONE, -INFINITE, 5)).containsExactly(2, 2, 2, 2, 4);
    assertThat(prepared(INFINITE, NONE, 4)).containsExactly(0, 0, 3);
  }
}
