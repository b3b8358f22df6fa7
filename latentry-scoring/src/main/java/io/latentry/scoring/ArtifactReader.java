package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.ArtifactJson;
import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.ManifestRules;
import io.latentry.core.artifact.Probes;
import io.latentry.core.calibration.CalibrationSample;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Samples;
import io.latentry.core.fault.FaultWords;
import io.latentry.core.graph.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an artifact holds, read and checked as far as that goes without running its graph.
 *
 * @param outputs that its graph has
 * @param form of its graph
 * @param sample its calibration scores
 */
record ArtifactReader(
    OnnxFile file,
    Manifest manifest,
    Probes probes,
    Set<Output> outputs,
    GraphForm form,
    CalibrationSample sample) {
  /** Ten times as many as are kept by whoever moves one. */
  private static final int MOST_EARLIER_THRESHOLDS = 10 * Manifest.Thresholds.KEPT;

  /**
   * @throws ArtifactException if the bytes are no artifact
   */
  static ArtifactReader of(byte[] bytes) {
    OnnxFile file = OnnxFile.unread(bytes);
    Manifest manifest = ArtifactJson.readManifest(part(file.metadata(), Manifest.METADATA_KEY));
    requireOwn(manifest, manifest.threshold().current());
    requireHistory(manifest);
    ManifestRules.require(manifest);
    Probes probes = ArtifactJson.readProbes(part(file.metadata(), Manifest.PROBES_KEY));
    // That they fit the inputs is seen here, though they may be replayed much later.
    Samples unused = probes.samples(manifest.spec());
    file.readGraph(GraphForm.mostParts(manifest.spec()));
    GraphForm form = GraphForm.of(file, manifest.spec());
    requireNormals(manifest, form.valuesOf(Output.LATENT_MEAN));
    return new ArtifactReader(
        file, manifest, probes, outputs(file), form, sample(manifest.calibration()));
  }

  static byte[] read(Path file, long mostBytes) {
    try {
      if (Files.isDirectory(file)) {
        throw new ArtifactException("a folder (expected: an artifact, NAME.onnx)");
      }
      long size = Files.size(file);
      if (size > mostBytes) {
        throw new ArtifactException(
            size + " bytes (expected: at most " + mostBytes + "); raise the limit if you trust it");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new ArtifactException("no such file; check the path", e);
    } catch (IOException e) {
      throw new ArtifactException("not readable: " + FaultWords.of(e), e);
    }
  }

  /** Last, since the other checks say more of what is wrong. A file without a digest has none. */
  void requireWhole() {
    String expected = file.metadata().get(Digest.METADATA_KEY);
    if (expected == null) {
      return;
    }
    String digest =
        Digest.of(
            file.graph(),
            part(file.metadata(), Manifest.METADATA_KEY),
            part(file.metadata(), Manifest.PROBES_KEY));
    if (!digest.equals(expected)) {
      throw new ArtifactException(
          Digest.METADATA_KEY
              + ": "
              + digest
              + " (expected: "
              + expected
              + ", as written); the file is damaged or was changed: get a fresh copy, or fit"
              + " again");
    }
  }

  /** Whoever keeps versions writes each of these down for itself. */
  private static void requireHistory(Manifest manifest) {
    List<Threshold> history = manifest.threshold().history();
    if (history.size() > MOST_EARLIER_THRESHOLDS) {
      throw new ArtifactException(
          "threshold.history: "
              + history.size()
              + " earlier thresholds (expected: at most "
              + MOST_EARLIER_THRESHOLDS
              + "); use a file that Latentry wrote");
    }
    history.forEach(threshold -> requireOwn(manifest, threshold));
  }

  /** A threshold means nothing among the scores of another model. */
  private static void requireOwn(Manifest manifest, Threshold threshold) {
    if (!threshold.modelId().equals(manifest.modelId())) {
      throw new ArtifactException(
          "threshold.model_id: "
              + threshold.modelId()
              + " (expected: "
              + manifest.modelId()
              + ", the model's own); set it again with `latentry threshold`, on a fresh copy");
    }
    try {
      threshold.requireOf(manifest.spec());
    } catch (IllegalArgumentException e) {
      throw new ArtifactException("threshold: " + e.getMessage(), e);
    }
  }

  /** They are compared with rows, value by value, when one is explained. */
  private static void requireNormals(Manifest manifest, long codes) {
    int numbers = manifest.schema().numericCount();
    int texts = manifest.schema().categoricalCount();
    for (Manifest.ReferenceRow row : manifest.normals()) {
      if (row.numeric().length != numbers
          || row.categorical().length != texts
          || row.latentMean().length != codes) {
        throw new ArtifactException(
            ("normals: a row of %d numbers, %d categories and %d codes (expected: %d, %d"
                    + " and %d, as the model takes and gives); fit again")
                .formatted(
                    row.numeric().length,
                    row.categorical().length,
                    row.latentMean().length,
                    numbers,
                    texts,
                    codes));
      }
    }
  }

  private static CalibrationSample sample(Manifest.Calibration calibration) {
    double[] scores = calibration.scores();
    for (double score : scores) {
      if (!Double.isFinite(score)) {
        throw new ArtifactException(
            "calibration.scores: " + score + " (expected: finite numbers); fit again");
      }
    }
    for (int i = 1; i < scores.length; i++) {
      if (!(scores[i - 1] <= scores[i])) {
        throw new ArtifactException(
            "calibration.scores: "
                + scores[i]
                + " after "
                + scores[i - 1]
                + " (expected: ascending); fit again");
      }
    }
    try {
      return calibration.sample();
    } catch (IllegalArgumentException e) {
      throw new ArtifactException("calibration." + e.getMessage() + "; fit again", e);
    }
  }

  private static Set<Output> outputs(OnnxFile file) {
    Set<String> names = file.outputs();
    EnumSet<Output> outputs = EnumSet.noneOf(Output.class);
    for (Output output : Output.values()) {
      if (names.contains(output.graphName())) {
        outputs.add(output);
      }
    }
    if (!outputs.containsAll(Scorer.VERDICT)) {
      throw new ArtifactException(
          "graph outputs: " + names + " (expected: score and both terms); fit again");
    }
    return Collections.unmodifiableSet(outputs);
  }

  private static String part(Map<String, String> metadata, String key) {
    String part = metadata.get(key);
    if (part == null) {
      throw new ArtifactException(
          "metadata_props: no '"
              + key
              + "' (expected: one); an ONNX file, but no artifact of Latentry: use one that `fit`"
              + " wrote");
    }
    return part;
  }
}
