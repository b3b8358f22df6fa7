package io.latentry.pipeline.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Samples;
import io.latentry.core.fault.FaultWords;
import io.latentry.scoring.ArtifactSignature;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.scoring.Scores;
import io.latentry.training.model.layer.NamedWeight;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/** An artifact on disk: published whole or not at all, read back for a warm start. */
public final class ArtifactFile {
  /** Before the name of a learned value's initializer. */
  static final String WEIGHT_PREFIX = "weight.";

  /**
   * The metadata key of an initializer that holds its shape as trained, such as {@code 1,30,64}.
   */
  static final String TRAINED_SHAPE = "latentry.shape";

  private ArtifactFile() {}

  /**
   * Replaces the manifest of an artifact, to move its threshold without training. The graph, the
   * weights and the probes stay, and the file is proven again before it takes the old one's place.
   *
   * @param manifest of this file, changed
   * @throws ArtifactException if {@code file} is no artifact, is damaged, or is of another model
   */
  public static void rewriteManifest(Path file, Manifest manifest) {
    ModelProto before = read(file);
    requireWhole(file, before);
    requireModel(file, before, manifest.modelId());
    ModelProto.Builder model = before.toBuilder();
    for (StringStringEntryProto.Builder entry : model.getMetadataPropsBuilderList()) {
      if (entry.getKey().equals(Manifest.METADATA_KEY)) {
        entry.setValue(ArtifactJson.write(manifest));
      }
    }
    publish(model.build(), file);
  }

  /**
   * The manifest of an artifact that a host would open.
   *
   * @throws ArtifactException if {@code file} is no artifact
   */
  public static Manifest manifest(Path file) {
    try (Scorer scorer = Scorer.open(file, ScorerOptions.threads(1))) {
      return scorer.manifest();
    }
  }

  /**
   * What a warm start takes of an artifact: id and weights come from one reading of the file.
   *
   * @throws ArtifactException if {@code file} is no artifact
   */
  public static Parent parent(Path file) {
    Scorer.open(file, ScorerOptions.threads(1)).close();
    ModelProto model = read(file);
    return new Parent(manifest(model).modelId(), weights(model));
  }

  /**
   * The weights of an artifact that a host has open, which need not be proven again.
   *
   * @throws ArtifactException if {@code file} is damaged, or of another model by now
   */
  public static Map<String, NamedWeight> weights(Path file, String modelId) {
    ModelProto model = read(file);
    requireWhole(file, model);
    requireModel(file, model, modelId);
    return weights(model);
  }

  private static Map<String, NamedWeight> weights(ModelProto model) {
    Map<String, NamedWeight> weights = new TreeMap<>();
    for (TensorProto tensor : model.getGraph().getInitializerList()) {
      if (tensor.getName().startsWith(WEIGHT_PREFIX)) {
        weights.put(
            tensor.getName().substring(WEIGHT_PREFIX.length()),
            new NamedWeight(floats(tensor), trainedShape(tensor)));
      }
    }
    return weights;
  }

  /**
   * Writes a model beside {@code target}, opens it as any host does, and moves it to {@code target}
   * in one step. Whatever fails, {@code target} is as it was and nothing else is left.
   */
  static void publish(ModelProto unsealed, Path target) {
    ModelProto model = sealed(unsealed);
    Path aside =
        target.resolveSibling(
            "."
                + target.getFileName()
                + "."
                + ProcessHandle.current().pid()
                + "-"
                + Thread.currentThread().getId()
                + ".part");
    try {
      try {
        write(model, aside);
        prove(aside);
        move(aside, target);
      } finally {
        Files.deleteIfExists(aside);
      }
    } catch (IOException e) {
      throw new ArtifactException(
          target + ": not written: " + words(e) + "; nothing was published", e);
    } catch (ArtifactException e) {
      throw new ArtifactException(
          String.valueOf(e.getMessage()).replace(aside.toString(), target.toString())
              + "; nothing was published",
          e);
    }
  }

  /** The same with the digest of its content; nobody has signed that yet. */
  private static ModelProto sealed(ModelProto model) {
    ModelProto.Builder sealed = model.toBuilder().clearMetadataProps();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      if (!entry.getKey().equals(Digest.METADATA_KEY)
          && !entry.getKey().equals(ArtifactSignature.METADATA_KEY)) {
        sealed.addMetadataProps(entry);
      }
    }
    return sealed
        .addMetadataProps(
            StringStringEntryProto.newBuilder().setKey(Digest.METADATA_KEY).setValue(digest(model)))
        .build();
  }

  private static String digest(ModelProto model) {
    Map<String, String> texts = metadata(model);
    return Digest.of(
        model.getGraph().toByteString().asReadOnlyByteBuffer(),
        texts.getOrDefault(Manifest.METADATA_KEY, ""),
        texts.getOrDefault(Manifest.PROBES_KEY, ""));
  }

  /** Sealing anew what was damaged would pass it off as whole. */
  private static void requireWhole(Path file, ModelProto model) {
    String expected = metadata(model).get(Digest.METADATA_KEY);
    if (expected != null && !expected.equals(digest(model))) {
      throw new ArtifactException(
          file
              + ": damaged, or changed since it was written (expected: digest "
              + expected
              + "); nothing was changed");
    }
  }

  private static void requireModel(Path file, ModelProto model, String expected) {
    String modelId = manifest(model).modelId();
    if (!modelId.equals(expected)) {
      throw new ArtifactException(
          file
              + ": model "
              + modelId
              + " (expected: "
              + expected
              + ", the manifest's); nothing was changed");
    }
  }

  private static Manifest manifest(ModelProto model) {
    return ArtifactJson.readManifest(metadata(model).getOrDefault(Manifest.METADATA_KEY, ""));
  }

  /** Opening replays the probes; the outputs that they do not cover must at least be computed. */
  private static void prove(Path aside) {
    try (Scorer scorer = Scorer.open(aside, ScorerOptions.threads(1))) {
      Samples probes = scorer.probes().samples(scorer.manifest().spec());
      Scores all = scorer.score(probes, scorer.outputs());
      if (all.count() != probes.count()) {
        throw new ArtifactException(aside + ": " + all.count() + " rows of " + probes.count());
      }
    } catch (IllegalStateException e) {
      throw new ArtifactException(aside + ": " + e.getMessage(), e);
    }
  }

  static void write(ModelProto model, Path aside) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            aside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      OutputStream out = Channels.newOutputStream(channel);
      model.writeTo(out);
      out.flush();
      // A rename may reach the disk before the data do.
      channel.force(true);
    }
  }

  /**
   * Moves a file that lies aside to its place, over what is there: in one step where the system
   * can.
   */
  public static void move(Path aside, Path target) throws IOException {
    try {
      Files.move(
          aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(aside, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  static String words(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "no permission; choose a folder that you may write to";
    }
    if (e instanceof NoSuchFileException) {
      return "no such folder; make it first";
    }
    String reason = e instanceof FileSystemException named ? named.getReason() : e.getMessage();
    if (reason != null && reason.contains("No space left")) {
      return "the disk is full; make room";
    }
    return reason == null ? FaultWords.of(e) : reason;
  }

  private static ModelProto read(Path file) {
    try {
      return ModelProto.parseFrom(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new ArtifactException(file + ": not readable: " + FaultWords.of(e), e);
    }
  }

  private static Map<String, String> metadata(ModelProto model) {
    Map<String, String> texts = new TreeMap<>();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      texts.put(entry.getKey(), entry.getValue());
    }
    return texts;
  }

  private static float[] floats(TensorProto tensor) {
    ByteString raw = tensor.getRawData();
    if (raw.isEmpty()) {
      float[] values = new float[tensor.getFloatDataCount()];
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getFloatData(i);
      }
      return values;
    }
    float[] values = new float[raw.size() / Float.BYTES];
    ByteBuffer little = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    little.asFloatBuffer().get(values);
    return values;
  }

  private static long[] trainedShape(TensorProto tensor) {
    for (StringStringEntryProto entry : tensor.getMetadataPropsList()) {
      if (entry.getKey().equals(TRAINED_SHAPE)) {
        String[] axes = entry.getValue().split(",", -1);
        long[] shape = new long[axes.length];
        for (int i = 0; i < axes.length; i++) {
          shape[i] = Long.parseLong(axes[i]);
        }
        return shape;
      }
    }
    return tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
  }
}
