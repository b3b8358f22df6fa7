package io.latentry.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildTrainerTest {
  @TempDir Path folder;

  private String options(int cores) throws IOException {
    List<String> command = new ChildTrainer().command(folder, 512, cores, List.of("a.onnx"));
    assertThat(command).endsWith("retrain", "a.onnx");
    return Files.readString(folder.resolve("java.options"));
  }

  @Test
  void theChildHasTheMemoryAndTheCoresThatItMayHave() throws IOException {
    assertThat(options(3)).contains("-Xmx512m", "-XX:ActiveProcessorCount=3");
    assertThat(options(0)).contains("-Xmx512m").doesNotContain("ActiveProcessorCount");
  }
}
