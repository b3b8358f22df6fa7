package io.latentry.cli.show;

import io.latentry.scoring.Scorer;
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
        SelfTest::look);
  }

  private static Finding scoringEngine() {
    return Finding.ok("scoring engine", "ONNX Runtime " + Scorer.engineVersion());
  }

  private static Finding trainingEngine() throws IOException {
    return Finding.ok(
        "training engine",
        "libtorch "
            + Loader.getVersion("org.bytedeco", "pytorch")
            + ", "
            + torch.get_num_threads()
            + " threads");
  }

  private static Finding gpu() {
    return Finding.ok("GPU", torch.cuda_is_available() ? "found" : "none found; the CPU is used");
  }
}
