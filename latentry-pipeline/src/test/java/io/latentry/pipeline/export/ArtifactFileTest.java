package io.latentry.pipeline.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Probes;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.testing.Needs;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.training.model.layer.NamedWeight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactFileTest {
  @TempDir Path folder;

  @Test
  void theSameDetectorGivesTheSameBytes() throws IOException {
    Path first = folder.resolve("first.onnx");
    Path second = folder.resolve("second.onnx");
    Toy.mixed(4).export(first);
    Toy.mixed(4).export(second);
    assertThat(Files.mismatch(first, second)).isEqualTo(-1);
  }

  @Test
  void weightsComeBackByNameInTheShapeOfTraining() {
    Toy toy = Toy.mixed(1);
    Path file = folder.resolve("toy.onnx");
    toy.export(file);
    Map<String, NamedWeight> weights = ArtifactFile.parent(file).weights();
    assertThat(weights)
        .containsOnlyKeys(
            "decoder.0.weight",
            "decoder.1.weight",
            "encoder.0.bias",
            "encoder.0.weight",
            "encoder.mean.bias",
            "encoder.mean.weight");
    assertThat(weights.get("decoder.0.weight").shape()).containsExactly(1, 3, 10);
    assertThat(weights.get("decoder.0.weight").values()).hasSize(30).doesNotContain(0f);
  }

  @Test
  void aFailedExportLeavesTheOldFileAndNothingElse() throws IOException {
    Toy toy = Toy.mixed(2);
    Path file = folder.resolve("toy.onnx");
    toy.export(file);
    byte[] before = Files.readAllBytes(file);
    Toy unlike = toy.retrained().withProbes(toy.probes());
    assertThatThrownBy(() -> unlike.export(file))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("probe row 0")
        .hasMessageContaining("nothing was published")
        .hasMessageNotContaining(".part");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(names()).containsExactly("toy.onnx");
  }

  @Test
  void anExportOverAnOldFileReplacesIt() throws IOException {
    Path file = folder.resolve("toy.onnx");
    Files.writeString(file, "old");
    Toy.mixed(2).export(file);
    Scorer.open(file).close();
    assertThat(names()).containsExactly("toy.onnx");
  }

  @Test
  void anExportWithoutProbesIsRefused() {
    Toy toy = Toy.mixed(1).withProbes(new Probes(List.of()));
    assertThatThrownBy(() -> toy.export(folder.resolve("toy.onnx")))
        .hasMessageContaining("latentry.probes: none");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderThatDoesNotExistIsNamed() {
    Path file = folder.resolve("nowhere").resolve("toy.onnx");
    assertThatThrownBy(() -> Toy.mixed(1).export(file))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining(file + ": not written: no such folder");
  }

  @Test
  void aFullDiskIsNamed() {
    Needs.here(Files.isWritable(Path.of("/dev/full")), "/dev/full");
    assertThatThrownBy(
            () ->
                ArtifactFile.write(
                    ModelProto.newBuilder().setIrVersion(10).build(), Path.of("/dev/full")))
        .isInstanceOf(IOException.class)
        .satisfies(e -> assertThat(ArtifactFile.words((IOException) e)).contains("disk is full"));
  }

  @Test
  void aThresholdMovesWithoutTouchingTheRest() throws IOException {
    Toy toy = Toy.mixed(2);
    Path file = folder.resolve("toy.onnx");
    toy.export(file);
    ModelProto before = ModelProto.parseFrom(Files.readAllBytes(file));
    Threshold lower = new Threshold(-1e9, Threshold.Rule.MANUAL, 1, 1, 200, "toy", "a person");
    ArtifactFile.rewriteManifest(file, toy.manifest().withThreshold(lower));
    ModelProto after = ModelProto.parseFrom(Files.readAllBytes(file));
    assertThat(after.getGraph()).isEqualTo(before.getGraph());
    try (Scorer scorer = Scorer.open(file)) {
      assertThat(scorer.manifest().threshold().history())
          .containsExactly(toy.manifest().threshold().current());
      assertThat(scorer.judge(toy.data()).count(Verdict.ANOMALY)).isEqualTo(toy.data().count());
    }
  }

  @Test
  void aManifestOfAnotherModelIsRefused() {
    Toy toy = Toy.mixed(1);
    Path file = folder.resolve("toy.onnx");
    toy.export(file);
    Manifest m = toy.manifest();
    Manifest other =
        new Manifest(
            m.formatVersion(),
            "other",
            m.schema(),
            m.model(),
            m.calibration(),
            m.threshold(),
            m.reference(),
            m.normals(),
            m.history(),
            m.health(),
            m.baselines(),
            m.provenance());
    assertThatThrownBy(() -> ArtifactFile.rewriteManifest(file, other))
        .hasMessageContaining("model toy (expected: other");
  }

  @Test
  void aDamagedFileIsNotSealedAnewWithItsManifest() throws IOException {
    Toy toy = Toy.mixed(1);
    Path file = folder.resolve("toy.onnx");
    toy.export(file);
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
    model.getGraphBuilder().setDocString("changed");
    byte[] damaged = model.build().toByteArray();
    Files.write(file, damaged);

    assertThatThrownBy(() -> ArtifactFile.rewriteManifest(file, toy.manifest()))
        .hasMessageStartingWith(file + ": damaged");
    assertThat(file).hasBinaryContent(damaged);
  }

  @Test
  void theWeightsOfAFileThatIsDamagedOrOfAnotherModelByNowAreNotTaken() throws IOException {
    Toy toy = Toy.mixed(1);
    Path file = folder.resolve("toy.onnx");
    toy.export(file);
    Map<String, NamedWeight> expected = ArtifactFile.parent(file).weights();
    Map<String, NamedWeight> weights = ArtifactFile.weights(file, toy.manifest().modelId());
    assertThat(weights).containsOnlyKeys(expected.keySet());
    weights.forEach(
        (name, weight) -> assertThat(weight.values()).containsExactly(expected.get(name).values()));
    assertThatThrownBy(() -> ArtifactFile.weights(file, "other"))
        .hasMessageContaining("model toy (expected: other");
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
    model.getGraphBuilder().setDocString("changed");
    Files.write(file, model.build().toByteArray());
    assertThatThrownBy(() -> ArtifactFile.weights(file, "toy"))
        .hasMessageStartingWith(file + ": damaged");
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    Path file = folder.resolve("toy.onnx");
    Toy.numbers(1).export(file);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(4);
    for (int i = 0; i < 60; i++) {
      int length = i == 0 ? 0 : random.nextInt(whole.length);
      Files.write(file, Arrays.copyOf(whole, length));
      refusal(file).hasMessageStartingWith(file + ": ").hasMessageMatching("(?s).*; .*");
    }
  }

  @Test
  void randomDamageIsRefusedOrHarmless() throws IOException {
    Toy toy = Toy.numbers(1);
    Path file = folder.resolve("toy.onnx");
    toy.export(file);
    double[] expected = judged(file);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(5);
    for (int i = 0; i < 150; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      try {
        assertThat(judged(file)).isEqualTo(expected);
      } catch (ArtifactException e) {
        assertThat(e).hasMessageStartingWith(file + ": ");
      }
    }
  }

  /** Scores, p-values and the threshold. */
  private static double[] judged(Path file) {
    try (Scorer scorer = Scorer.open(file, ScorerOptions.threads(1))) {
      Judgements judged = scorer.judge(Toy.rows(scorer.manifest().schema(), 3, 1));
      return DoubleStream.concat(
              DoubleStream.of(scorer.manifest().threshold().current().score()),
              IntStream.range(0, 3)
                  .mapToObj(i -> DoubleStream.of(judged.score(i), judged.pValue(i)))
                  .flatMapToDouble(both -> both))
          .toArray();
    }
  }

  @Test
  void aChangedThresholdIsRefusedThoughEveryProbeHolds() throws IOException {
    refusal(
            changed(
                Toy.mixed(1),
                model -> {
                  for (StringStringEntryProto.Builder entry : model.getMetadataPropsBuilderList()) {
                    entry.setValue(
                        entry
                            .getValue()
                            .replace("\"false_alarm_rate\":0.05", "\"false_alarm_rate\":0.001"));
                  }
                }))
        .hasMessageContaining("latentry.digest")
        .hasMessageContaining("damaged or was changed");
  }

  @Test
  void aTamperedWeightIsRefused() throws IOException {
    for (String weight : List.of("encoder.0.weight", "encoder.mean.bias", "decoder.1.weight")) {
      Path file =
          changed(
              Toy.mixed(4),
              model -> {
                for (TensorProto.Builder tensor :
                    model.getGraphBuilder().getInitializerBuilderList()) {
                  if (tensor.getName().equals("weight." + weight)) {
                    byte[] raw = tensor.getRawData().toByteArray();
                    raw[3] ^= 1;
                    tensor.setRawData(ByteString.copyFrom(raw));
                  }
                }
              });
      refusal(file).hasMessageContaining("probe row").hasMessageContaining("the file was changed");
    }
  }

  @Test
  void aForeignModelIsRefused() throws IOException {
    refusal(changed(Toy.mixed(1), ModelProto.Builder::clearMetadataProps))
        .hasMessageContaining("no 'latentry.manifest'")
        .hasMessageContaining("no artifact of Latentry");
    Path text = folder.resolve("text.onnx");
    Files.writeString(text, "a,b,c\n1,2,3\n");
    refusal(text).hasMessageContaining("not an ONNX file");
    refusal(folder).hasMessageContaining("a folder");
    refusal(folder.resolve("none.onnx")).hasMessageContaining("no such file");
  }

  @Test
  void aNewerFormatIsRefusedByItsVersion() throws IOException {
    refusal(metadata(Manifest.METADATA_KEY, "{\"format_version\": 2, \"schema\": \"elsewhere\"}"))
        .hasMessageContaining("format_version: 2 (expected: 1)");
    refusal(metadata(Manifest.METADATA_KEY, "{\"format_version\": 1}"));
    refusal(metadata(Manifest.METADATA_KEY, "null"));
    refusal(metadata(Manifest.METADATA_KEY, "{"));
    refusal(metadata(Manifest.PROBES_KEY, "{}"));
    refusal(metadata(Manifest.PROBES_KEY, "{\"rows\": [null]}"));
    refusal(metadata(Manifest.PROBES_KEY, "{\"rows\": [{\"score\": 1}]}"));
  }

  @Test
  void whatWouldBeMoreThanDataIsRefused() throws IOException {
    refusal(
            changed(
                Toy.mixed(1),
                model ->
                    model
                        .getGraphBuilder()
                        .getInitializerBuilder(0)
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addExternalData(
                            StringStringEntryProto.newBuilder()
                                .setKey("location")
                                .setValue("/etc/passwd"))))
        .hasMessageContaining("in another file");
    refusal(
            changed(
                Toy.mixed(1), model -> model.getGraphBuilder().getNodeBuilder(0).setDomain("evil")))
        .hasMessageContaining("domain 'evil'");
    refusal(
            changed(
                Toy.mixed(1),
                model ->
                    model.addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("com.example").setVersion(1))))
        .hasMessageContaining("domain 'com.example'");
    refusal(
            changed(
                Toy.mixed(1),
                model ->
                    model
                        .getGraphBuilder()
                        .addNode(
                            NodeProto.newBuilder()
                                .setOpType("Loop")
                                .addAttribute(
                                    AttributeProto.newBuilder()
                                        .setName("body")
                                        .setType(AttributeProto.AttributeType.GRAPH)
                                        .setG(GraphProto.newBuilder())))))
        .hasMessageContaining("operator with a graph");
  }

  @Test
  void aFileAboveTheLimitIsRefusedUnread() {
    Path file = folder.resolve("toy.onnx");
    Toy.numbers(1).export(file);
    assertThatThrownBy(() -> Scorer.open(file, new ScorerOptions(1, 1000)))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("at most 1000");
  }

  private Path metadata(String key, String value) throws IOException {
    return changed(
        Toy.numbers(1),
        model -> {
          for (StringStringEntryProto.Builder entry : model.getMetadataPropsBuilderList()) {
            if (entry.getKey().equals(key)) {
              entry.setValue(value);
            }
          }
        });
  }

  private Path changed(Toy toy, Consumer<ModelProto.Builder> change) throws IOException {
    Path file = folder.resolve("changed.onnx");
    toy.export(file);
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
    change.accept(model);
    Files.write(file, model.build().toByteArray());
    return file;
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refusal(Path file) {
    return assertThatThrownBy(() -> Scorer.open(file, ScorerOptions.threads(1)).close())
        .isInstanceOf(ArtifactException.class)
        .hasMessageStartingWith(file + ": ");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return new ArrayList<>(files.map(f -> f.getFileName().toString()).toList());
    }
  }
}
