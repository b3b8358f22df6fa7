package io.latentry.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.cli.CapturedTerminal;
import io.latentry.cli.Latentry;
import io.latentry.cli.terminal.Terminal;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.Gpu;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DoctorCommandTest {
  private final CapturedTerminal captured = new CapturedTerminal();

  @Test
  void namesJavaAndTheEngines() {
    assertThat(doctor(() -> Finding.ok("scoring engine", "1.2.3"))).isZero();
    assertThat(captured.out()).contains("Java").contains("1.2.3").contains("all is well");
  }

  @Test
  void anEngineThatCannotBeLoadedFails() {
    DoctorCheck broken =
        () -> {
          throw new UnsatisfiedLinkError("no such library");
        };
    assertThat(doctor(broken)).isEqualTo(1);
    assertThat(captured.out()).contains("failed").contains("no such library");
  }

  @Test
  void jsonIsOneDocument() throws Exception {
    assertThat(doctor(() -> Finding.ok("GPU", "none"), "--json")).isZero();
    var document = new ObjectMapper().readTree(captured.out());
    assertThat(document.get("healthy").asBoolean()).isTrue();
    assertThat(document.get("checks")).hasSize(5);
  }

  @Test
  void saysWhereFitsTrainAndWhatIsWantingForAGpu() {
    assertThat(EngineChecks.gpu(Device.CPU, Gpu.NO_JARS))
        .isEqualTo(
            Finding.ok(
                "GPU",
                "fits train on cpu; there are no GPU jars here; for a GPU of NVIDIA's, from a"
                    + " checkout LATENTRY_CUDA=true ./latentry doctor fetches them, see"
                    + " docs/install.md"));
    assertThat(EngineChecks.gpu(Device.CPU, Gpu.NO_DEVICE))
        .isEqualTo(
            Finding.warning(
                "GPU",
                "fits train on cpu; the GPU jars and CUDA are here, but no CUDA device is found",
                "nvidia-smi should list one, with a driver of version 580 or newer"));
    Finding noLibraries = EngineChecks.gpu(Device.CPU, Gpu.NO_LIBRARIES);
    assertThat(noLibraries.status()).isEqualTo(Finding.Status.WARNING);
    assertThat(noLibraries.advice()).contains("cuDNN 9");
    assertThat(EngineChecks.gpu(Device.CUDA, Gpu.FOUND))
        .isEqualTo(
            Finding.ok(
                "GPU", "fits train on cuda; a CUDA device is found; --device cpu leaves it"));
  }

  private int doctor(DoctorCheck engine, String... options) {
    Terminal terminal = captured.terminal(false);
    String[] arguments = new String[options.length + 1];
    arguments[0] = "doctor";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return Latentry.run(terminal, List.of(new DoctorCommand(terminal, List.of(engine))), arguments);
  }
}
