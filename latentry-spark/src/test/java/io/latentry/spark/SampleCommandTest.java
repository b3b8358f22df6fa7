package io.latentry.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.ingest.table.SampledTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SampleCommandTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  private int run(Path in, String... more) {
    List<String> arguments = new ArrayList<>(List.of("sample", "--in", in.toString()));
    arguments.addAll(List.of("--out", folder.resolve("out").toString()));
    arguments.addAll(List.of(more));
    PrintStream print = new PrintStream(told, true, UTF_8);
    return Main.run(LocalSpark::session, () -> 0, print, print, arguments.toArray(String[]::new));
  }

  @Test
  void rowsThatCannotBeReadAreCountedAndLeftOut() throws IOException {
    Path in = folder.resolve("t.csv");
    Files.writeString(in, "a;kind\n" + "1,5;low\n2,5;high\n".repeat(700) + "3;low;more\n");

    assertThat(run(in, "--format", "csv", "--option", "delimiter=;", "--rows", "1000")).isZero();

    SampledTable table = SampledTable.read(folder.resolve("out").resolve(TableSample.TABLE));
    assertThat(table.profile().rows()).isEqualTo(1_401);
    assertThat(table.profile().faultyRows()).isEqualTo(1);
    assertThat(table.profile().columns().get(0).numbers()).isEqualTo(1_400);
    assertThat(LocalSpark.session().read().parquet(folder.resolve("out").toString()).columns())
        .containsExactly("a", "kind");
    assertThat(told.toString(UTF_8)).contains("of 1,401 rows, 2 columns");
  }

  @Test
  void onlyRowsOfTheConditionAreLookedAt() throws IOException {
    Path in = folder.resolve("in");
    LocalSpark.session()
        .range(3_000)
        .selectExpr("id", "id % 3 AS day")
        .write()
        .parquet(in.toString());

    assertThat(run(in, "--where", "day > 0")).isZero();

    assertThat(SampledTable.read(folder.resolve("out").resolve(TableSample.TABLE)).profile().rows())
        .isEqualTo(2_000);
  }

  @Test
  void whatIsThereIsNotWrittenOver() throws IOException {
    Files.createDirectory(folder.resolve("out"));

    assertThat(run(folder.resolve("none"))).isEqualTo(2);
    assertThat(told.toString(UTF_8)).contains("is there (expected: nothing there)");
    assertThat(run(folder.resolve("none"), "--rows", "10")).isEqualTo(2);
  }
}
