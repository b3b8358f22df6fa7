package io.latentry.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.pipeline.DataConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestSetTest {
  @TempDir private Path folder;

  @Test
  void cellsAndColumnsAreReadAsTheConfigSays() throws IOException {
    StringBuilder table = new StringBuilder("größe~kind~when~label~split0\n");
    for (int i = 0; i < 40; i++) {
      table.append(i == 7 ? "unknown" : String.valueOf(i * i % 37)).append('~');
      table.append("ab".charAt(i % 2)).append("~2026-01-").append(10 + i % 20).append('~');
      table.append(i < 30 ? "0~train\n" : i % 2 + "~test\n");
    }
    Path file = folder.resolve("set.csv");
    Files.writeString(file, table, StandardCharsets.ISO_8859_1);
    DataConfig config =
        new DataConfig(
            null,
            null,
            List.of(),
            "when",
            Map.of(),
            Map.of("*", MissingPolicy.REJECT),
            Map.of("kind", UnseenPolicy.REJECT),
            List.of("unknown"),
            "~",
            "ISO-8859-1");

    Schema schema = TestSet.read(file, config, ColumnReading.INFERRED).split(0).train().schema();

    assertThat(schema.columns()).extracting(Column::name).containsExactly("größe", "kind");
    assertThat(schema.columns().get(0).type()).isEqualTo(ColumnType.NUMERIC);
    assertThat(schema.columns().get(0).missing()).isEqualTo(MissingPolicy.REJECT);
    assertThat(schema.columns().get(1).unseen()).isEqualTo(UnseenPolicy.REJECT);
  }
}
