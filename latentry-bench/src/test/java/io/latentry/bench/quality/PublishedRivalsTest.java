package io.latentry.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PublishedRivalsTest {
  private static final String HEADER = "dataset,method,seed,auroc,auprc,fit_seconds\n";

  @TempDir private Path folder;

  @Test
  void cellsMayBeQuotedAndTheLastLineBlank() throws IOException {
    List<Result> rivals =
        read("\uFEFF" + HEADER + "\"a\",\"kNN, k=5\",0,0.5,1,\na,other,0,0,0.25,3\n\n");
    assertThat(rivals).extracting(Result::method).containsExactly("kNN, k=5", "other");
    assertThat(rivals).extracting(Result::auprc).containsExactly(1.0, 0.25);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a,m,0,50.3,0.5,;column 'auroc': '50.3' (expected: a number from 0 to 1)",
        "a,m,0,0.5,-0.1,;column 'auprc': '-0.1' (expected: a number from 0 to 1)",
        "a,m,0,NaN,0.5,;column 'auroc': 'NaN'",
        "a,m,0,good,0.5,;column 'auroc': 'good'",
        "a,m,-1,0.5,0.5,;column 'seed': '-1' (expected: 0 or more)",
        "a,,0,0.5,0.5,;column 'method': '' (expected: a name)",
        "a,latentry,0,0.5,0.5,;column 'method': 'latentry' (expected: a name that no method of",
        "a,knn_mean5,0,0.5,0.5,;column 'method': 'knn_mean5' (expected: a name that no method of",
        "a,first,0,0.4,0.5,;column 'method': 'first' (expected: each method once"
      })
  void aRowThatCannotBeMeantIsRefusedWithItsLine(String row, String reason) {
    assertThatThrownBy(() -> read(HEADER + "a,first,0,0.5,0.5,\n\n" + row + "\n"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("rivals.csv line 4 " + reason);
  }

  @Test
  void aRowOfAnotherWidthAndAHeaderWithoutAColumnAreRefused() {
    assertThatThrownBy(() -> read(HEADER + "a,first,0,0.5,0.5,\na,m,0,0.5\n"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("rivals.csv line 3: 4 fields (expected: 6");
    assertThatThrownBy(() -> read("dataset,method,seed,auroc\n"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("auprc");
    assertThatThrownBy(() -> read("")).isInstanceOf(DataException.class);
  }

  private List<Result> read(String text) throws IOException {
    Files.writeString(folder.resolve(PublishedRivals.FILE_NAME), text);
    return PublishedRivals.read(folder);
  }
}
