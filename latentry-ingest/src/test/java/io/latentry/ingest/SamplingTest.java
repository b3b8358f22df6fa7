package io.latentry.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.table.InferenceOptions;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.Sampling;
import io.latentry.ingest.table.SchemaInference;
import io.latentry.ingest.table.Table;
import io.latentry.ingest.table.TableLayout;
import io.latentry.ingest.table.TableLoader;
import io.latentry.ingest.table.TableProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SamplingTest {
  private static final int ROWS = 4_000;

  @TempDir private Path folder;

  @Test
  void asManyRowsAsAskedForAreKeptEachAsItStandsInTheData() throws IOException {
    Table table = read(1_000);

    assertThat(table.count()).isEqualTo(1_000);
    assertThat(table.read()).isEqualTo(ROWS);
    String[] labels = table.labels().orElseThrow();
    for (int i = 0; i < table.count(); i++) {
      if (table.fault(i) == null) {
        assertThat(labels[i]).isEqualTo("row" + table.place(i));
        assertThat(table.times().orElseThrow()[i]).isEqualTo(table.place(i));
      }
    }
  }

  @Test
  void everyPartOfTheDataIsDrawnFromAlike() throws IOException {
    Table table = read(1_000);

    int[] byQuarter = new int[4];
    IntStream.range(0, table.count()).forEach(i -> byQuarter[4 * table.place(i) / ROWS]++);
    // 250 of each are expected, with a deviation of 12.
    assertThat(byQuarter)
        .satisfies(q -> Arrays.stream(q).forEach(n -> assertThat(n).isBetween(200, 300)));
  }

  @Test
  void theDrawIsTheSameAgain() throws IOException {
    assertThat(read(1_000).digest()).isEqualTo(read(1_000).digest());
  }

  @Test
  void faultsAreTheSampledRowsOwn() throws IOException {
    Table table = read(3_000);

    assertThat(table.faultyRows()).isNotEmpty();
    assertThat(table.faultyRows())
        .allSatisfy(
            row -> {
              assertThat(row.row() % 100).as("rows that lack a field").isEqualTo(7);
              assertThat(row.fault()).contains("line " + (row.row() + 2));
            });
  }

  @Test
  void fewerRowsThanMayBeAreAllKept() throws IOException {
    Table all = read(Sampling.ALL);

    assertThat(all.count()).isEqualTo(ROWS);
    assertThat(read(ROWS).digest()).isEqualTo(all.digest());
    assertThat(all.place(17)).isEqualTo(17);
  }

  private Table read(int most) throws IOException {
    Path file = folder.resolve("d.csv");
    StringBuilder text = new StringBuilder("x,c,when,y\n");
    for (int i = 0; i < ROWS; i++) {
      text.append(i % 97).append(i % 3 == 0 ? ",a," : ",b,").append(i);
      text.append(i % 100 == 7 ? "\n" : ",row" + i + "\n");
    }
    Files.writeString(file, text);
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      TableLayout layout =
          SchemaInference.infer(profile, InferenceOptions.NONE.withLabel("y").withTime("when"));
      return TableLoader.load(
          source, profile, Sampling.of(profile.rows(), most), layout, ReadListener.NONE);
    }
  }
}
