package io.latentry.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportWriterTest {
  @TempDir Path folder;

  @Test
  void theSameDataGivesTheSameBytes() throws IOException {
    ReportWriter.write(SampleReports.full(), folder.resolve("a.html"));
    ReportWriter.write(SampleReports.full(), folder.resolve("b.html"));
    assertThat(folder.resolve("a.html")).hasSameBinaryContentAs(folder.resolve("b.html"));
  }

  @Test
  void replacesAnOlderReportAndLeavesNothingBeside() throws IOException {
    Path target = folder.resolve("fit.html");
    Files.writeString(target, "old");
    ReportWriter.write(SampleReports.bare(), target);
    assertThat(target).content().startsWith("<!doctype html>").endsWith("</html>\n");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(target);
    }
  }

  @Test
  void refusesAFolderAndLeavesItAlone() throws IOException {
    assertThatThrownBy(() -> ReportWriter.write(SampleReports.bare(), folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected: the path of a file");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }
}
