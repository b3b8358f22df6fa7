package io.latentry.server.oip;

import com.google.protobuf.TextFormat;
import io.latentry.core.artifact.Manifest;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.server.oip.proto.ModelConfig;
import io.latentry.server.oip.tensor.ModelTensors;
import io.latentry.server.oip.tensor.TensorShape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes artifacts into a folder that Triton serves: {@code NAME/VERSION/model.onnx} and {@code
 * NAME/config.pbtxt}, for its ONNX Runtime backend.
 *
 * @see <a
 *     href="https://github.com/triton-inference-server/server/blob/main/docs/user_guide/model_repository.md">the
 *     layout</a>
 */
public final class TritonRepository {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
  private static final String CONFIG = "config.pbtxt";
  private static final String MODEL = "model.onnx";

  private final Path folder;

  /**
   * @param folder made if it is not there
   */
  public TritonRepository(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  /**
   * What was written.
   *
   * @param inputs names of the graph's inputs
   * @param outputs names of the graph's outputs
   */
  public record Exported(
      Path model, Path config, String modelId, List<String> inputs, List<String> outputs) {}

  /**
   * Adds an artifact, which is proven first; on failure the folder is left as it was.
   *
   * @param version from 1 on
   * @param replacing whether a version that is there gives way, and a configuration that differs
   * @throws IllegalArgumentException if name or version cannot be, or one is there already
   * @throws io.latentry.core.artifact.ArtifactException if the file is no artifact
   */
  public Exported add(Path artifact, String name, int version, boolean replacing)
      throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name: '" + name + "' (expected: letters, digits, '_', '-' and '.')");
    }
    if (version < 1) {
      throw new IllegalArgumentException("version: " + version + " (expected: >= 1)");
    }
    Path model = folder.resolve(name);
    Path target = model.resolve(Integer.toString(version));
    if (Files.exists(target) && !replacing) {
      throw new IllegalArgumentException(
          target
              + ": exists (expected: a new version); choose another, or replace it with --force");
    }
    boolean wasThere = Files.exists(model);
    Files.createDirectories(model);
    Path aside = model.resolve("." + version + "." + ProcessHandle.current().pid() + ".part");
    try {
      Files.createDirectory(aside);
      Path file = Files.copy(artifact, aside.resolve(MODEL));
      ModelTensors tensors;
      String modelId;
      try (Scorer scorer = Scorer.open(file, ScorerOptions.threads(1))) {
        Manifest manifest = scorer.manifest();
        tensors = ModelTensors.ofGraph(manifest, scorer.outputs());
        modelId = manifest.modelId();
      }
      publishConfig(model.resolve(CONFIG), TritonConfig.of(name, tensors), replacing);
      publish(aside, target);
      return new Exported(
          target.resolve(MODEL),
          model.resolve(CONFIG),
          modelId,
          tensors.inputs().stream().map(TensorShape::name).toList(),
          tensors.outputs().stream().map(TensorShape::name).toList());
    } finally {
      delete(aside);
      if (!wasThere && !Files.exists(target)) {
        delete(model);
      }
    }
  }

  /** Versions share one configuration, so another one would be wrong for those that are there. */
  private static void publishConfig(Path target, ModelConfig config, boolean replacing)
      throws IOException {
    String text = TextFormat.printer().printToString(config);
    if (Files.exists(target) && !replacing && !Files.readString(target).equals(text)) {
      throw new IllegalArgumentException(
          target
              + ": differs (expected: the same tensors in every version); choose another name, or"
              + " replace it with --force");
    }
    Path aside = target.resolveSibling("." + CONFIG + ".part");
    try {
      Files.writeString(aside, text, StandardCharsets.UTF_8);
      Files.move(
          aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  private static void publish(Path aside, Path target) throws IOException {
    Path old = target.resolveSibling("." + target.getFileName() + ".old");
    if (Files.exists(target)) {
      delete(old);
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    delete(old);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> paths = Files.walk(folder)) {
      all = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
