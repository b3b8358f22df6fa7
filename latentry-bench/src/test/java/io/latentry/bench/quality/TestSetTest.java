package io.latentry.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.pipeline.config.DataConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        DataConfig.builder()
            .time("when")
            .missing(Map.of("*", MissingPolicy.REJECT))
            .unseen(Map.of("kind", UnseenPolicy.REJECT))
            .missingTokens(List.of("unknown"))
            .delimiter("~")
            .encoding("ISO-8859-1")
            .build();

    Schema schema = TestSet.read(file, config, ColumnReading.INFERRED).split(0).train().schema();

    assertThat(schema.columns()).extracting(Column::name).containsExactly("größe", "kind");
    assertThat(schema.columns().get(0).type()).isEqualTo(ColumnType.NUMERIC);
    assertThat(schema.columns().get(0).missing()).isEqualTo(MissingPolicy.REJECT);
    assertThat(schema.columns().get(1).unseen()).isEqualTo(UnseenPolicy.REJECT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1.0", "1.00", "+1", "1e0", "01", "true", "True", "TRUE", " 1"})
  void anAnomalyIsKnownByEverySpellingOfOneAndTrue(String label) throws IOException {
    TestSet.Split split = read(table(label, "test")).split(0);
    assertThat(split.anomalous()).containsExactly(false, true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "anomaly", "0.5", "-1", "yes", "1f", "Infinity", "NA", ""})
  void aLabelThatIsNeitherIsRefusedWithItsPlace(String label) {
    assertThatThrownBy(() -> read(table(label, "test")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("set.csv line 8 column 'label': ")
        .hasMessageContaining(label.isEmpty() || label.equals("NA") ? "missing" : label)
        .hasMessageContaining("expected: 1 or true");
  }

  @Test
  void aRowInNoSplitIsInNeitherAndAnyOtherWordIsRefused() throws IOException {
    TestSet.Split split = read(table("1", "TEST") + "9,8,0,\n").split(0);
    assertThat(split.train().count()).isEqualTo(4);
    assertThat(split.test().count()).isEqualTo(2);
    TestSet odd = read(table("1", "validation"));
    assertThatThrownBy(() -> odd.split(0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("line 8 column 'split0': 'validation' (expected: train or test");
  }

  @Test
  void testRowsOfOneKindAreRefused() throws IOException {
    TestSet normal = read(table("0", "test"));
    assertThatThrownBy(() -> normal.split(0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("2 normal test rows, 0 anomalies");
    TestSet anomalous = read(table("1", "test").replace("5,1,0,test", "5,1,1,test"));
    assertThatThrownBy(() -> anomalous.split(0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("0 normal test rows, 2 anomalies");
  }

  @Test
  void aRowThatCannotBeReadIsRefusedRatherThanLeftOut() {
    assertThatThrownBy(() -> read(table("1", "test") + "3,1\n"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("set.csv line 9: ragged row");
  }

  @Test
  void setsAreNamedWithOrWithoutTheirNumber() throws IOException {
    for (String name : List.of("1_cover.csv", "12_glass.csv", "3_Page.tsv", "4_Page.csv")) {
      Files.writeString(folder.resolve(name), "label,split0\n");
    }
    assertThat(SetFolder.find(folder, Set.of("cover", "12_glass")))
        .extracting(TestSet::name)
        .containsExactlyInAnyOrder("1_cover", "12_glass");
    assertThatThrownBy(() -> SetFolder.find(folder, Set.of("Page")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "only: 'Page' (expected: a set of the folder, such as 3_Page, 4_Page)");
    assertThatThrownBy(() -> SetFolder.find(folder, Set.of("1_cover", "COVER")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("only: 'COVER' (expected: a set of the folder, such as 1_cover)");
  }

  @Test
  void twoSetsOfOneNameAreRefused() throws IOException {
    Files.writeString(folder.resolve("a.csv"), "label,split0\n");
    Files.writeString(folder.resolve("a.tsv"), "label,split0\n");
    assertThatThrownBy(() -> SetFolder.find(folder, Set.of()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("two sets of one name");
  }

  private TestSet read(String table) throws IOException {
    Path file = Files.writeString(folder.resolve("set.csv"), table);
    return TestSet.read(file, DataConfig.DEFAULT, ColumnReading.INFERRED);
  }

  /**
   * Line 3 is blank; the last row, on line 8, is as given, the one before it normal and to test.
   */
  private static String table(String label, String part) {
    return "f0,f1,label,split0\n1,2,0,train\n\n2,7,0,train\n3,1,0,Train\n4,5,0,train\n5,1,0,test\n7,7,"
        + label
        + ","
        + part
        + "\n";
  }
}
