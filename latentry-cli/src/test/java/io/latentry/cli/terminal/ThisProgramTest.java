package io.latentry.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ThisProgramTest {
  /** As the launcher starts a service on a terminal. */
  private static final List<String> SERVICE =
      List.of(
          "-Dorg.bytedeco.javacpp.cachedir=/cache",
          "-Xlog:disable",
          "-Xmx8g",
          "-XX:+UseParallelGC",
          "-XX:-UseParallelGC",
          "-XX:+UseG1GC",
          "-XX:G1ExpandByPercentOfAvailable=0",
          "-XX:G1HeapRegionSize=2m",
          "-XX:MetaspaceSize=96m",
          "-Xms262144k",
          "-XX:+AlwaysPreTouch",
          "-XX:GCTimeRatio=1",
          "-XX:MinHeapFreeRatio=10",
          "-XX:MaxHeapFreeRatio=50",
          "-XX:G1PeriodicGCInterval=60000",
          "-XX:SharedArchiveFile=/lib/classes.jsa",
          "-Dlatentry.stderr.terminal=true",
          "-Dlatentry.columns=80",
          "-Dlatentry.stdout.terminal=true",
          "-Dlatentry.command=latentry");

  @Test
  void aChildOfAServiceCollectsAsACommandDoesAndWritesToNoTerminal() {
    assertThat(ThisProgram.inherited(SERVICE))
        .containsExactly(
            "-Dorg.bytedeco.javacpp.cachedir=/cache",
            "-Xlog:disable",
            "-Dlatentry.command=latentry",
            "-XX:-UseG1GC",
            "-XX:+UseParallelGC",
            "-XX:MaxNewSize=512m");
  }

  @Test
  void aChildThatMayHaveAsMuchMemoryIsToldSo() {
    assertThat(ThisProgram.mostMemory(SERVICE)).containsExactly("-Xmx8g");
    assertThat(ThisProgram.mostMemory(List.of("-ea", "-XX:MaxRAMPercentage=50")))
        .containsExactly("-XX:MaxRAMPercentage=50");
  }
}
