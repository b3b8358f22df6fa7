package io.latentry.pipeline.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SampleDataTest {
  @TempDir private Path folder;

  @Test
  void breastCancerHas569RowsOf31ColumnsAndNoGaps() throws IOException {
    List<String> lines = lines(SampleData.BREAST_CANCER);
    assertThat(lines).hasSize(1 + 569).allMatch(line -> line.split(",", -1).length == 31);
    assertThat(lines).noneMatch(line -> line.contains(",,"));
    assertThat(lines.get(0)).startsWith("mean_radius,mean_texture,").endsWith(",diagnosis");
    assertThat(lines).filteredOn(line -> line.endsWith(",benign")).hasSize(357);
    assertThat(lines).filteredOn(line -> line.endsWith(",malignant")).hasSize(212);
  }

  @Test
  void penguinsHave344RowsOf8ColumnsWithGaps() throws IOException {
    List<String> lines = lines(SampleData.PENGUINS);
    assertThat(lines).hasSize(1 + 344).allMatch(line -> line.split(",", -1).length == 8);
    assertThat(lines).filteredOn(line -> line.contains(",,")).hasSize(11);
    assertThat(lines).noneMatch(line -> line.contains("NA"));
  }

  @Test
  void machineTemperatureHas22695PointsWithFourStretchesOfFailure() throws IOException {
    List<String> lines = lines(SampleData.MACHINE_TEMPERATURE);
    assertThat(lines).hasSize(1 + 22_695).allMatch(line -> line.split(",", -1).length == 3);
    assertThat(lines.get(0)).isEqualTo("timestamp,value,label");
    assertThat(SampleData.MACHINE_TEMPERATURE.timeColumn()).contains("timestamp");
    assertThat(lines).filteredOn(line -> line.endsWith(",1")).hasSize(2_268);
    long begun =
        IntStream.range(1, lines.size())
            .filter(i -> lines.get(i).endsWith(",1") && lines.get(i - 1).endsWith(",0"))
            .count();
    assertThat(begun).isEqualTo(4);
  }

  @Test
  void theLabelColumnHasTheNormalLabel() throws IOException {
    for (SampleData data : SampleData.values()) {
      List<String> lines = lines(data);
      int label = List.of(lines.get(0).split(",", -1)).indexOf(data.labelColumn());
      assertThat(label).as(data.fileName()).isNotNegative();
      assertThat(lines).anyMatch(line -> line.split(",", -1)[label].equals(data.normalLabel()));
    }
  }

  private List<String> lines(SampleData data) throws IOException {
    Path target = folder.resolve(data.fileName());
    data.copyTo(target);
    return Files.readAllLines(target);
  }
}
