package io.latentry.training.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that start at one time where the engine was never unpacked. */
final class EngineStartTest {
  private static final int PROCESSES = 3;
  private static final int APART_MILLIS = 200;
  private static final int MINUTES = 3;

  @TempDir Path folder;

  /** What each process does: the first tensor, some time after its start. */
  static final class FirstTensor {
    private FirstTensor() {}

    public static void main(String[] millis) throws InterruptedException {
      Thread.sleep(Long.parseLong(millis[0]));
      Tensor tensor = Device.CPU.tensor(new float[] {1.5f}, 1);
      System.out.print(tensor.item_float());
    }
  }

  @Test
  void theFirstProcessesOfAMachineUnpackTheEngineOneAfterTheOther() throws Exception {
    List<Process> started = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        started.add(start(i));
      }
      for (int i = 0; i < PROCESSES; i++) {
        assertThat(started.get(i).waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
        assertThat(said(i)).isEqualTo("1.5");
        assertThat(started.get(i).exitValue()).isZero();
      }
    } finally {
      started.forEach(Process::destroyForcibly);
    }
  }

  private Process start(int number) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("engine"),
            "-XX:ErrorFile=" + folder.resolve(number + ".error"),
            "-cp",
            System.getProperty("java.class.path"),
            FirstTensor.class.getName(),
            String.valueOf(number * APART_MILLIS))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(number + ".out").toFile())
        .start();
  }

  private String said(int number) throws IOException {
    return Files.readString(folder.resolve(number + ".out"));
  }
}
