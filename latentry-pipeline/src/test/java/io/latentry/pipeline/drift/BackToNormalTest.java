package io.latentry.pipeline.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.artifact.Manifest.ReferenceDistribution;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Novelty;
import io.latentry.core.data.NoveltyPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BackToNormalTest {
  private static final int ROWS = 200;

  @Test
  void aColumnAndItsCopyComeBackTogetherAndKeepTheirRanks() {
    Schema schema =
        Schema.ordered(
            List.of(
                Column.numeric("flow", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 1),
                Column.numeric("copy", ColumnType.NUMERIC, MissingPolicy.IMPUTE, 0, 1)
                    .with(
                        new Novelty(
                            NoveltyPolicy.ANOMALY,
                            6,
                            ROWS,
                            List.of(0.0, 1.0),
                            false,
                            false,
                            "flow"))
                    .watched()),
            List.of());
    float[] now = new float[2 * ROWS];
    float[] normal = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      normal[i] = (i + 0.5f) / ROWS;
      now[2 * i] = 1_000 * normal[i];
      now[2 * i + 1] = 1_000 * normal[i];
    }
    ReferenceDistribution flow = new ReferenceDistribution("flow", normal, null, 0);
    ReferenceDistribution copy = new ReferenceDistribution("copy", normal, null, 0);
    Rows back =
        new BackToNormal(
                Rows.of(schema, ROWS, now, new String[0]), Map.of("flow", flow, "copy", copy), 1)
            .of(List.of(0, 1));
    float before = -1;
    for (int i = 0; i < ROWS; i++) {
      assertThat(back.numeric(i, 0)).as("row %d", i).isBetween(0f, 1f).isGreaterThan(before);
      assertThat(back.numeric(i, 1)).as("row %d", i).isEqualTo(back.numeric(i, 0));
      before = back.numeric(i, 0);
    }
  }
}
