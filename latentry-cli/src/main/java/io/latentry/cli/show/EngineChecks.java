package io.latentry.cli.show;

import io.latentry.scoring.Scorer;
import io.latentry.training.engine.Device;
import io.latentry.training.engine.DeviceChoice;
import io.latentry.training.engine.Engine;
import io.latentry.training.engine.Gpu;
import java.io.IOException;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** Checks that load an engine for real. A self-test that a module offers is called from here. */
public final class EngineChecks {
  private EngineChecks() {}

  public static List<DoctorCheck> all() {
    return List.of(
        EngineChecks::scoringEngine,
        EngineChecks::trainingEngine,
        EngineChecks::gpu,
        EngineChecks::selfTest);
  }

  private static Finding selfTest() throws IOException {
    return Engine.isPresent()
        ? SelfTest.look()
        : Finding.ok("self-test", "left out; it begins with a fit");
  }

  private static Finding scoringEngine() {
    return Finding.ok("scoring engine", "ONNX Runtime " + Scorer.engineVersion());
  }

  private static Finding trainingEngine() throws IOException {
    if (!Engine.isPresent()) {
      return Finding.ok("training engine", "none; this installation serves and scores");
    }
    Engine.load();
    return Finding.ok(
        "training engine",
        "libtorch "
            + Loader.getVersion("org.bytedeco", "pytorch")
            + ", "
            + torch.get_num_threads()
            + " threads");
  }

  private static Finding gpu() {
    return Engine.isPresent()
        ? gpu(Engine.use(DeviceChoice.AUTO), Engine.gpu())
        : Finding.ok("GPU", "not looked for; only a fit could use one");
  }

  /** The device that training takes by itself, and what else there is or is wanting. */
  static Finding gpu(Device device, Gpu gpu) {
    String detail = "fits train on " + device.name() + "; " + gpu.words();
    return switch (gpu) {
      case FOUND -> Finding.ok("GPU", detail + "; --device cpu leaves it");
      // Nothing is wrong with a machine that has none.
      case NO_JARS -> Finding.ok("GPU", detail + "; for a GPU of NVIDIA's, " + gpu.advice());
      case NO_LIBRARIES, NO_DEVICE -> Finding.warning("GPU", detail, gpu.advice());
    };
  }
}
